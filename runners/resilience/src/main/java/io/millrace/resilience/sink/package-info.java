/** Tests of the pipeline with ClickHouse faults. */
package io.millrace.resilience.sink;
