/** Runs a Kafka broker on this computer. */
package io.millrace.local.kafka;
