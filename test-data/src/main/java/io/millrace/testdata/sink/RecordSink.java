package io.millrace.testdata.sink;

import java.net.URI;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.Map;
import java.util.Set;

/**
 * The destination of generated records. Not thread-safe, but another thread may call {@link
 * #close()} after the last record.
 *
 * <p>A failure of the destination throws {@link IllegalStateException} or {@link
 * java.io.UncheckedIOException} with one line that names it.
 */
public interface RecordSink extends AutoCloseable {
  /**
   * Opens a Kafka or file sink. {@link PubsubRecordSink} opens those of Pub/Sub.
   *
   * @param url {@code kafka://host:port[,host:port…]/topic} or {@code file:///path.jsonl}
   * @param newPartitions the number of partitions of a new topic
   * @param kafkaSettings additional settings of the Kafka clients, for example for security
   * @throws IllegalArgumentException if the URL is invalid
   * @throws IllegalStateException if Kafka does not answer within 30 s or returns an error
   */
  static RecordSink open(String url, int newPartitions, Map<String, String> kafkaSettings) {
    if (url.startsWith("kafka://")) {
      String rest = url.substring("kafka://".length());
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

  int partitions();

  /** The kinds of malformed records that the destination can hold. */
  default Set<MalformedKind> malformedKinds() {
    return EnumSet.allOf(MalformedKind.class);
  }

  /**
   * Sends a record asynchronously, in the order of its partition.
   *
   * @throws InterruptedException if interrupted before the record was sent
   */
  void send(GeneratedRecord record) throws InterruptedException;

  /**
   * Waits until all sent records have arrived.
   *
   * @throws InterruptedException if interrupted while waiting; the records may still arrive
   */
  void flush() throws InterruptedException;

  /** Releases the resources, without waiting for records that were not flushed. */
  @Override
  void close();
}
