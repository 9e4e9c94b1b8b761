/** Connections to ClickHouse: addresses, flags, configuration, error codes. */
package io.millrace.clickhouse.client;
