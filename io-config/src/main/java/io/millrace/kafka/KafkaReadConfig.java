package io.millrace.kafka;

import java.io.Serializable;

/**
 * Settings of reading Kafka topics.
 *
 * @param uncommitted whether to read records of aborted and open transactions
 * @param partitions number of partitions of each topic; 0: ask Kafka
 */
record KafkaReadConfig(boolean uncommitted, int partitions) implements Serializable {
  /** Committed records of all partitions. */
  static final KafkaReadConfig DEFAULT = new KafkaReadConfig(false, 0);

  /**
   * The same with another isolation level.
   *
   * @param level {@code read_committed} or {@code read_uncommitted}
   * @throws IllegalArgumentException in one line, if the level is unknown
   */
  KafkaReadConfig withIsolation(String level) {
    return switch (level) {
      case "read_committed" -> new KafkaReadConfig(false, partitions);
      case "read_uncommitted" -> new KafkaReadConfig(true, partitions);
      default ->
          throw new IllegalArgumentException(
              "expected read_committed or read_uncommitted, found `" + level + "`");
    };
  }

  /** The same with a known number of partitions. */
  KafkaReadConfig withPartitions(int known) {
    return new KafkaReadConfig(uncommitted, known);
  }
}
