/** Writing batches of rows: inserts, retries, audit. */
package io.millrace.clickhouse.write;
