/** Writing rows through the Storage Write API. */
package io.millrace.bigquery.write;
