/**
 * What a program without Millrace needs to move query events: written by hand for their shape, with
 * Jackson and ClickHouse's own client. The floor and the native Flink job share it.
 */
package io.millrace.bench.baseline;
