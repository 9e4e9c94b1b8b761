/** Rows as RowBinary. */
package io.millrace.clickhouse.encoding;
