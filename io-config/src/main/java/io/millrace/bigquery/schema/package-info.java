/** BigQuery's tables: derived from the contract, compared with the service's, migrated. */
package io.millrace.bigquery.schema;
