/** Benchmarks of writing to ClickHouse. */
package io.millrace.bench.sink;
