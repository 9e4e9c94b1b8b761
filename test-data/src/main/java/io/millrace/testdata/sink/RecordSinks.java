package io.millrace.testdata.sink;

import java.net.URI;
import java.nio.file.Path;
import java.util.Map;

/** Opens Kafka and file sinks by URL. {@link PubsubRecordSink} opens those of Pub/Sub. */
public final class RecordSinks {
  /** The default number of partitions of a new topic. */
  public static final int DEFAULT_PARTITIONS = 3;

  private static final String KAFKA = "kafka://";

  private RecordSinks() {}

  /** Opens a sink. A new topic gets {@link #DEFAULT_PARTITIONS}. */
  public static RecordSink open(String url) {
    return open(url, DEFAULT_PARTITIONS, Map.of());
  }

  /**
   * Opens a sink.
   *
   * @param url {@code kafka://host:port[,host:port…]/topic} or {@code file:///path.jsonl}
   * @param newPartitions the number of partitions of a new topic
   * @param kafkaSettings additional settings of the Kafka clients, for example for security
   * @throws IllegalArgumentException if the URL is invalid
   * @throws IllegalStateException if Kafka does not answer within 30 s or returns an error
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
        "expected kafka://host:port/topic or file:///path.jsonl, found '" + url + "'");
  }
}
