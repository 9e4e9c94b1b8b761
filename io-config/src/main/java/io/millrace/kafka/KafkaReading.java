package io.millrace.kafka;

import java.io.Serializable;

/**
 * How topics of Kafka are read.
 *
 * @param uncommitted whether records of aborted and open transactions are read, too
 * @param partitions how many partitions each topic has; 0: Kafka is asked
 */
public record KafkaReading(boolean uncommitted, int partitions) implements Serializable {
  /** Committed records of all partitions that Kafka knows. */
  public static final KafkaReading DEFAULT = new KafkaReading(false, 0);

  /**
   * The same at another isolation level.
   *
   * @param level {@code read_committed} or {@code read_uncommitted}
   * @throws IllegalArgumentException in one line, if it is another one
   */
  public KafkaReading withIsolation(String level) {
    return switch (level) {
      case "read_committed" -> new KafkaReading(false, partitions);
      case "read_uncommitted" -> new KafkaReading(true, partitions);
      default ->
          throw new IllegalArgumentException(
              "expected read_committed or read_uncommitted, found `" + level + "`");
    };
  }

  /** The same with a known number of partitions. */
  public KafkaReading withPartitions(int known) {
    return new KafkaReading(uncommitted, known);
  }
}
