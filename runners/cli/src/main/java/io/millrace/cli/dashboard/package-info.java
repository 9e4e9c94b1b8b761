/** A local web page over the tables of a ClickHouse and the metrics of a run. Read-only. */
package io.millrace.cli.dashboard;
