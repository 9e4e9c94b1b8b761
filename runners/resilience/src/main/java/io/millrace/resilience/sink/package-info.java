/** A ClickHouse that fails in many ways while the pipeline writes to it. */
package io.millrace.resilience.sink;
