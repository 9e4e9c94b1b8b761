/** Shared by benchmarks and resilience tests: servers, runs and figures. */
package io.millrace.bench.harness;
