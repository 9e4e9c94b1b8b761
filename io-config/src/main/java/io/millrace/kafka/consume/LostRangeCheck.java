package io.millrace.kafka.consume;

import io.millrace.event.LostRange;
import io.millrace.io.SourceException;
import io.millrace.io.observe.LogFields;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.common.TopicPartition;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Explains why the log does not contain a reader's offset. Kafka's default is to reset to the
 * beginning of the log silently.
 *
 * <p>Offset before the log's beginning: retention or a deletion removed records before they were
 * read. The lost range is reported, and reading continues after it. Offset after the log's end: the
 * topic was deleted and created again, or the brokers lost records. Reading fails, because it would
 * skip the new records at offsets already read.
 */
public final class LostRangeCheck {
  private static final Logger LOG = LoggerFactory.getLogger(LostRangeCheck.class);

  private LostRangeCheck() {}

  /**
   * Compares a reader's position with the log.
   *
   * @param position the next offset to read
   * @param beginning the first offset that the log holds
   * @param end the offset after the last record
   * @param nowMillis the reader's clock, milliseconds since the epoch, UTC
   * @return the lost range; empty if the log contains the position now
   * @throws SourceException in one line, if the log ends before the position
   */
  static Optional<LostRange> explain(
      TopicPartition partition, long position, long beginning, long end, long nowMillis) {
    if (position < beginning) {
      LostRange lost =
          new LostRange(
              partition.topic(), partition.partition(), position, beginning - 1, nowMillis);
      log(LOG, lost);
      return Optional.of(lost);
    }
    if (position > end) {
      throw otherLog(
          "partition %s/%d ends at offset %d, but was read up to offset %d before"
              .formatted(partition.topic(), partition.partition(), end, position));
    }
    return Optional.empty();
  }

  /** The log line: what was lost, and what to do. */
  public static String message(LostRange lost) {
    return String.format(
        Locale.ROOT,
        "LOST BEFORE READ: %s (offsets: %,d). The log removed them before they were read: retention"
            + " is shorter than the delay of this pipeline. Reading continues at offset %d."
            + " Increase retention.ms or retention.bytes of topic %s, and read the range from"
            + " another copy if there is one. `millrace audit` fails until the range is read, or"
            + " accepted with --acceptLost=%s",
        lost,
        lost.offsets(),
        lost.lastOffset() + 1,
        lost.topic(),
        lost);
  }

  /** The exception for a topic that is not the one read before. */
  public static SourceException otherLog(String what) {
    return new SourceException(
        what
            + ": the topic was deleted and created again, or its brokers lost records. Records"
            + " that were unread at that time are lost. Restart the pipeline (on Flink without a"
            + " savepoint): it reads the topic from the beginning, and the exact views show each"
            + " event once",
        null);
  }

  /** Logs a lost range, with its topic as a field. */
  public static void log(Logger log, LostRange lost) {
    LogFields.during(Map.of(LogFields.TOPIC, lost.topic()), () -> log.error("{}", message(lost)));
  }
}
