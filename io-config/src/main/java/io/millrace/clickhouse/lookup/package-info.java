/** Look-ups in tables of ClickHouse. */
package io.millrace.clickhouse.lookup;
