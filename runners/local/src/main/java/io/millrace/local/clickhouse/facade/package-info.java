/**
 * ClickHouse's HTTP interface in front of the embedded engine. Runs in a process of its own; only
 * its main class is for others.
 */
package io.millrace.local.clickhouse.facade;
