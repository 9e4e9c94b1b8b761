/** Connections to BigQuery: addresses, flags, configuration, errors. */
package io.millrace.bigquery.client;
