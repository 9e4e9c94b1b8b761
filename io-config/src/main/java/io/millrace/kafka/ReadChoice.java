package io.millrace.kafka;

import io.millrace.kafka.read.StartFrom;
import java.io.Serializable;
import org.checkerframework.checker.nullness.qual.Nullable;

/**
 * How Kafka is read.
 *
 * @param own whether Millrace's own reader is used; otherwise KafkaIO's
 * @param startFrom where to begin at the first start
 * @param group the consumer group to commit offsets to; {@link #NO_GROUP}: none; null: the job's
 *     name
 * @param splits number of splits of Millrace's own reader
 */
record ReadChoice(boolean own, StartFrom startFrom, @Nullable String group, int splits)
    implements Serializable {
  /** The value of the flag for Millrace's own reader. */
  static final String OWN = "millrace";

  /** The value of the flag for KafkaIO's reader. */
  static final String KAFKA_IO = "kafkaio";

  static final String NO_GROUP = "none";

  static final ReadChoice DEFAULT = new ReadChoice(false, StartFrom.EARLIEST, null, 1);

  /** The group; empty for none. */
  String groupOf(String jobName) {
    String name = group == null ? jobName : group;
    return name.equals(NO_GROUP) ? "" : name;
  }
}
