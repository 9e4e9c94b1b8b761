package io.millrace.kafka.read;

import io.millrace.event.LostRange;
import io.millrace.event.LostRange.Reason;
import io.millrace.kafka.consume.LostRangeCheck;
import org.apache.kafka.common.TopicPartition;
import org.checkerframework.checker.nullness.qual.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Ranges that were never read, and the log lines about them. */
final class UnreadRanges {
  private static final Logger LOG = LoggerFactory.getLogger(UnreadRanges.class);

  private UnreadRanges() {}

  /**
   * A range.
   *
   * @param to exclusive
   * @return null if it is empty
   */
  static @Nullable LostRange between(
      TopicPartition partition, long from, long to, long nowMillis, Reason reason) {
    return from < to
        ? new LostRange(partition.topic(), partition.partition(), from, to - 1, nowMillis, reason)
        : null;
  }

  static void logRemoved(@Nullable LostRange lost) {
    if (lost != null) {
      LostRangeCheck.log(LOG, lost);
    }
  }

  static void logTruncated(
      TopicPartition partition, long position, long common, @Nullable LostRange lost) {
    LOG.error(
        "LOST BEFORE READ: the brokers of {} lost the log from offset {} on, which was read up to"
            + " {}: an unclean leader election. {}. Reading continues at offset {} with the records"
            + " that replaced them. `millrace audit` lists the range",
        partition,
        common,
        position,
        unread(lost),
        common);
  }

  /**
   * Logs that a topic was deleted.
   *
   * @param position the next offset that would have been read
   * @param end the last known end of the log, exclusive
   * @param again whether it was created again
   * @return what was not read of it; null if nothing is known of that
   */
  static @Nullable LostRange deleted(
      TopicPartition partition, long position, long end, boolean again) {
    LostRange lost =
        position < 0
            ? null
            : between(partition, position, end, System.currentTimeMillis(), Reason.TOPIC_DELETED);
    LOG.error(
        "LOST BEFORE READ: topic {} was deleted{}. Partition {} was read up to offset {}. {}. {}",
        partition.topic(),
        again ? " and created again" : "",
        partition.partition(),
        position,
        unread(lost),
        again
            ? "Reading continues at the beginning of the new topic"
            : "If it is created again, it is read from its beginning");
    return lost;
  }

  private static String unread(@Nullable LostRange lost) {
    return lost == null
        ? "No unread record was known there; any written after the last check is lost"
        : "Unread and lost: " + lost;
  }
}
