/** Rows for the Storage Write API: made, written, accounted for. */
package io.millrace.bigquery.write;
