/** Benchmarks of speed and scaling, from a real Kafka to a real ClickHouse. */
package io.millrace.bench.speed;
