/** The parts of SQL that the façade reads itself. */
package io.millrace.local.clickhouse.sql;
