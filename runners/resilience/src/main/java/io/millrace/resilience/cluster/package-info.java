/**
 * The whole pipeline as a job of a real Flink cluster, from a real Kafka to a real ClickHouse,
 * while parts of it are killed, upgraded and rescaled; then every event is looked for.
 */
package io.millrace.resilience.cluster;
