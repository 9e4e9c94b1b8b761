/** Benchmarks of deduplication. */
package io.millrace.bench.dedupe;
