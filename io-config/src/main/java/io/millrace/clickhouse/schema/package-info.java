/** ClickHouse's tables: derived from the contract, compared with the server's, migrated. */
package io.millrace.clickhouse.schema;
