/** ClickHouse's tables: derived from the contract, compared with those of the server. */
package io.millrace.clickhouse.schema;
