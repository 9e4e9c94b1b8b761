/**
 * {@code millrace bench speed}: Millrace beside other ways to do the same work, each in a process
 * of its own, from the same Kafka into the same ClickHouse.
 */
package io.millrace.bench.speed;
