/** The Kafka consumer of the source: positions, outages, lost ranges, catching up. */
package io.millrace.kafka.consume;
