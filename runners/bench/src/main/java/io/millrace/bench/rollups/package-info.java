/** Benchmarks of roll-ups. */
package io.millrace.bench.rollups;
