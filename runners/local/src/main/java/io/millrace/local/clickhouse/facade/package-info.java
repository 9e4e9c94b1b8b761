/** ClickHouse's HTTP interface for the embedded engine; runs in a separate process. */
package io.millrace.local.clickhouse.facade;
