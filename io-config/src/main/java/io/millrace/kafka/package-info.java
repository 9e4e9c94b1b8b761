/** Kafka: addresses, flags and checks; reading topics; topics for dead letters. */
package io.millrace.kafka;
