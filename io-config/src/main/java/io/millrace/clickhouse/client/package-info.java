/** ClickHouse: addresses, flags, configuration, connections, error codes. */
package io.millrace.clickhouse.client;
