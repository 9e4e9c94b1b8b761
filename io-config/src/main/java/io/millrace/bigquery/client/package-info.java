/** BigQuery: addresses, flags, configuration, connections, errors. */
package io.millrace.bigquery.client;
