/**
 * Hand-written code to move query events without Millrace, with Jackson and ClickHouse's client.
 * Shared by the floor and the native Flink job.
 */
package io.millrace.bench.baseline;
