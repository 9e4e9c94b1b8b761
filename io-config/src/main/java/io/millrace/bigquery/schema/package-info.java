/** BigQuery's tables: derived from the contract, compared with those of the service. */
package io.millrace.bigquery.schema;
