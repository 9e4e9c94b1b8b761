/** The workloads of measurements: generated events as a source, and a sink that counts. */
package io.millrace.bench.workload;
