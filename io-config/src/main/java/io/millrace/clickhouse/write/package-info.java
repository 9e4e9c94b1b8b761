/** Batches of rows: made, inserted, retried, accounted for. */
package io.millrace.clickhouse.write;
