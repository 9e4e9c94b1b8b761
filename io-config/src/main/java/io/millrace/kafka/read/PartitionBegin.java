package io.millrace.kafka.read;

import io.millrace.event.LostRange;
import org.apache.kafka.common.TopicPartition;
import org.checkerframework.checker.nullness.qual.Nullable;

/**
 * Where to begin in a partition.
 *
 * @param next as {@link ReadMark.Position#next}; {@link #REMOVED}: stop reading it
 * @param epoch leader epoch of the record before; -1 if unknown
 * @param knownEnd an end of its log that was seen before; 0 if there is none
 * @param unread offsets that are never read by it; null if there are none
 */
record PartitionBegin(
    TopicPartition partition, long next, int epoch, long knownEnd, @Nullable LostRange unread) {
  /** No offset: the partition is not read any more. */
  static final long REMOVED = -3;

  /** Continues after a change of the log. */
  static PartitionBegin at(TopicPartition partition, long next, @Nullable LostRange unread) {
    return new PartitionBegin(partition, next, -1, 0, unread);
  }

  /** Stops reading a partition. */
  static PartitionBegin stop(TopicPartition partition) {
    return at(partition, REMOVED, null);
  }
}
