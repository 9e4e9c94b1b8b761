package io.millrace.testdata.sink;

import java.net.URI;
import java.nio.file.Path;
import java.util.Map;

/** Opens sinks by their URL; one of Pub/Sub needs more, see {@link PubsubRecordSink}. */
public final class RecordSinks {
  /** How many partitions a topic is created with, unless told otherwise. */
  public static final int DEFAULT_PARTITIONS = 3;

  private static final String KAFKA = "kafka://";

  private RecordSinks() {}

  /** Opens a sink; a topic that does not exist gets {@link #DEFAULT_PARTITIONS}. */
  public static RecordSink open(String url) {
    return open(url, DEFAULT_PARTITIONS, Map.of());
  }

  /**
   * Opens a sink.
   *
   * @param url {@code kafka://host:port[,host:port…]/topic} or {@code file:///path.jsonl}
   * @param newPartitions the partitions of a topic that does not exist yet
   * @param kafkaSettings further settings of the Kafka clients, for example for security
   * @throws IllegalArgumentException when the URL is none of these
   * @throws IllegalStateException when Kafka does not answer within 30 s or refuses
   */
  public static RecordSink open(String url, int newPartitions, Map<String, String> kafkaSettings) {
    if (url.startsWith(KAFKA)) {
      String rest = url.substring(KAFKA.length());
      int slash = rest.indexOf('/');
      if (slash > 0 && slash < rest.length() - 1 && rest.indexOf('/', slash + 1) < 0) {
        return KafkaRecordSink.open(
            rest.substring(0, slash), rest.substring(slash + 1), newPartitions, kafkaSettings);
      }
    } else if (url.startsWith("file:///")) {
      return new FileRecordSink(Path.of(URI.create(url)));
    }
    throw new IllegalArgumentException(
        "a sink is kafka://host:port/topic or file:///path.jsonl, not '" + url + "'");
  }
}
