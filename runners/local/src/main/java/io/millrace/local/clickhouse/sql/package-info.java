/** Parses the parts of SQL that the HTTP interface needs. */
package io.millrace.local.clickhouse.sql;
