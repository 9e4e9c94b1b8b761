/** Workloads of benchmarks: generated events as a source, and a counting sink. */
package io.millrace.bench.workload;
