/** Turns rows into the columns of ClickHouse's Native format, which costs the server less. */
package io.millrace.clickhouse.columns;
