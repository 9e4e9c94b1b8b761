/** Millrace's own reader of Kafka: an unbounded source with settings of the job. */
package io.millrace.kafka.read;
