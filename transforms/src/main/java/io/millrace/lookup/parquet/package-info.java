/** Look-ups in Parquet files. */
package io.millrace.lookup.parquet;
