/** Archives of Parquet files: sink of rows, and source of archived rows. */
package io.millrace.archive;
