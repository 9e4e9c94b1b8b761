/**
 * The ClickHouse sink: tables derived from the contract, rows encoded as RowBinary, written in
 * batches with a deduplication token each.
 */
package io.millrace.clickhouse;
