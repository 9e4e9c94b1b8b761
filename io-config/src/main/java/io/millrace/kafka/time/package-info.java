/** Event time of a Kafka partition: record times, watermarks, pages of records. */
package io.millrace.kafka.time;
