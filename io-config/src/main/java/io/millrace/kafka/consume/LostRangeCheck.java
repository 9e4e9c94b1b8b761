package io.millrace.kafka.consume;

import io.millrace.event.LostRange;
import io.millrace.io.SourceException;
import java.util.Locale;
import java.util.Optional;
import org.apache.kafka.common.TopicPartition;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What it means that the log does not hold the offset that a reader has come to. Kafka's own answer
 * is to go to the beginning of the log without a word.
 *
 * <p>Before the log's beginning: retention, or somebody who deletes records, was faster than the
 * reader. The range up to the beginning was never read; reading goes on behind it. Behind the log's
 * end: it is not the log that was read. The topic was deleted and created again, or the brokers
 * lost records. Its offsets have been read already, so its records would be skipped.
 */
final class LostRangeCheck {
  private static final Logger LOG = LoggerFactory.getLogger(LostRangeCheck.class);

  private LostRangeCheck() {}

  /**
   * What was lost.
   *
   * @param position the next offset to read
   * @param beginning the first offset that the log holds
   * @param end the offset behind the last one
   * @param nowMillis the reader's clock, milliseconds since the epoch, UTC
   * @return the range that was lost; empty if the log holds the position by now
   * @throws SourceException in one line, if the log ends before the position
   */
  static Optional<LostRange> explain(
      TopicPartition partition, long position, long beginning, long end, long nowMillis) {
    if (position < beginning) {
      LostRange lost =
          new LostRange(
              partition.topic(), partition.partition(), position, beginning - 1, nowMillis);
      LOG.error("{}", message(lost));
      return Optional.of(lost);
    }
    if (position > end) {
      throw otherLog(
          "partition %s/%d ends at offset %d, but was read up to offset %d before"
              .formatted(partition.topic(), partition.partition(), end, position));
    }
    return Optional.empty();
  }

  /** The message for people: what was lost, and what to do. */
  static String message(LostRange lost) {
    return String.format(
        Locale.ROOT,
        "LOST BEFORE READ: %s (offsets: %,d). The log removed them before they were read: retention"
            + " is shorter than the delay of this pipeline. Reading goes on at offset %d."
            + " Lengthen retention.ms or retention.bytes of topic %s, and read the range from"
            + " another copy if there is one; `millrace audit` fails until the range is read, or"
            + " is accepted by --acceptLost=%s",
        lost,
        lost.offsets(),
        lost.lastOffset() + 1,
        lost.topic(),
        lost);
  }

  /** The end of a run whose topic is not the one that it has read. */
  static SourceException otherLog(String what) {
    return new SourceException(
        what
            + ": the topic was deleted and created again, or its brokers lost records. Records that"
            + " were not read before that are lost. Start the pipeline again (on Flink without a"
            + " savepoint): it reads the topic from the beginning, and the exact views show each"
            + " event once",
        null);
  }
}
