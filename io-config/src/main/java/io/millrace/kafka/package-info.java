/** Kafka: addresses, flags, checks, the source, and dead-letter topics. */
package io.millrace.kafka;
