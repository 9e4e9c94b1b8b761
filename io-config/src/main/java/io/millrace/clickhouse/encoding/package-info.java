/** Encoding of rows as RowBinary. */
package io.millrace.clickhouse.encoding;
