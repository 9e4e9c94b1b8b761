package io.millrace.cli.kafka;

import java.util.List;
import java.util.Locale;

/** The readers of Kafka. Every test of this package that reads a topic runs with each of them. */
enum KafkaReader {
  MILLRACE(""),
  KAFKA_IO("--kafkaReader=kafkaio");

  private final String flag;

  KafkaReader(String flag) {
    this.flag = flag;
  }

  /** The flag that selects the reader; none if it is the default. */
  List<String> flags() {
    return flag.isEmpty() ? List.of() : List.of(flag);
  }

  /** A name of this reader's own for a database or a topic. */
  String own(String name) {
    return name + "_" + name().toLowerCase(Locale.ROOT);
  }
}
