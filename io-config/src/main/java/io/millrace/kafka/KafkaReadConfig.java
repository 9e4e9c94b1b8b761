package io.millrace.kafka;

import java.io.Serializable;

/**
 * How topics of Kafka are read.
 *
 * @param uncommitted whether records of aborted and open transactions are read, too
 * @param partitions how many partitions each topic has; 0: Kafka is asked
 */
public record KafkaReadConfig(boolean uncommitted, int partitions) implements Serializable {
  /** Committed records of all partitions that Kafka knows. */
  public static final KafkaReadConfig DEFAULT = new KafkaReadConfig(false, 0);

  /**
   * The same at another isolation level.
   *
   * @param level {@code read_committed} or {@code read_uncommitted}
   * @throws IllegalArgumentException in one line, if it is another one
   */
  public KafkaReadConfig withIsolation(String level) {
    return switch (level) {
      case "read_committed" -> new KafkaReadConfig(false, partitions);
      case "read_uncommitted" -> new KafkaReadConfig(true, partitions);
      default ->
          throw new IllegalArgumentException(
              "expected read_committed or read_uncommitted, found `" + level + "`");
    };
  }

  /** The same with a known number of partitions. */
  public KafkaReadConfig withPartitions(int known) {
    return new KafkaReadConfig(uncommitted, known);
  }
}
