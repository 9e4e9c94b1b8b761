package io.millrace.kafka;

import io.millrace.kafka.read.StartFrom;
import java.io.Serializable;

/**
 * How Kafka is read.
 *
 * @param own whether Millrace's own reader is used; otherwise KafkaIO's
 * @param startFrom where to begin at the first start
 * @param group the consumer group to commit offsets to; empty: none
 * @param splits number of splits of Millrace's own reader
 */
record ReadChoice(boolean own, StartFrom startFrom, String group, int splits)
    implements Serializable {
  /** The value of the flag for Millrace's own reader. */
  static final String OWN = "millrace";

  /** The value of the flag for KafkaIO's reader. */
  static final String KAFKA_IO = "kafkaio";

  /** The name that stands for no group. */
  static final String NO_GROUP = "none";

  static final ReadChoice DEFAULT = new ReadChoice(false, StartFrom.EARLIEST, "", 1);
}
