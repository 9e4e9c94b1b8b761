/** Parquet files in memory, without Hadoop: pages, footers, row groups. Knows no contract. */
package io.millrace.parquet;
