/** What writing to ClickHouse costs per row. */
package io.millrace.bench.sink;
