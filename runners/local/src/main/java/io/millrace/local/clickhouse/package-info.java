/**
 * ClickHouse on this computer: its binary, its server and the HTTP façade of the embedded engine.
 */
package io.millrace.local.clickhouse;
