/** The consumer that reads Kafka: positions, outages, lost ranges, the end of a bounded run. */
package io.millrace.kafka.consume;
