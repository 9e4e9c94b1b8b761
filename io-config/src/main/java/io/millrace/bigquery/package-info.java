/**
 * The BigQuery sink: tables derived from the contract, written by Beam's {@code BigQueryIO} through
 * the Storage Write API, each row acknowledged before its outcome is counted.
 */
package io.millrace.bigquery;
