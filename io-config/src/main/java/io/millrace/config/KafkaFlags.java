package io.millrace.config;

import io.millrace.source.KafkaAddress;
import io.millrace.source.SourceAddress;
import java.util.List;
import org.checkerframework.checker.nullness.qual.Nullable;

/** The flags that say how topics of Kafka are read. */
final class KafkaFlags {
  private final @Nullable String isolation;
  private final List<String> mistakes;

  private KafkaFlags(@Nullable String isolation, List<String> mistakes) {
    this.isolation = isolation;
    this.mistakes = mistakes;
  }

  /**
   * The flags among others.
   *
   * @param mistakes where what is wrong with them is added
   */
  static KafkaFlags of(MillraceOptions options, List<String> mistakes) {
    return new KafkaFlags(options.getKafkaIsolationLevel(), mistakes);
  }

  /**
   * The input, read as the flags say; given for another input, they are a mistake.
   *
   * @param input null if it is not known
   */
  @Nullable SourceAddress readBy(@Nullable SourceAddress input) {
    if (isolation == null || input == null) {
      return input;
    }
    if (!(input instanceof KafkaAddress kafka)) {
      mistakes.add("--kafkaIsolationLevel: only for --input=kafka://host:port/topic; leave it out");
      return input;
    }
    try {
      return kafka.withIsolation(isolation);
    } catch (IllegalArgumentException e) {
      mistakes.add("--kafkaIsolationLevel: " + e.getMessage());
      return input;
    }
  }
}
