package io.millrace.kafka.consume;

import java.util.Collection;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.kafka.common.TopicPartition;
import org.checkerframework.checker.nullness.qual.Nullable;

/**
 * Where the consumers of one reader are in their partitions. The mark of a transaction, an aborted
 * record and a record that compaction removed take offsets, but no consumer hands them over: behind
 * the last record of a log there may be offsets without any record. KafkaIO compares the offset
 * after the last record with the end of the log, so it would never take such a partition for idle,
 * and its watermark would hold back the whole job.
 *
 * <p>Thread-safe: KafkaIO polls in one thread and asks for ends in another. State: two numbers for
 * each partition.
 */
public final class ReadPositions {
  /**
   * A stretch of offsets at which there is no record to hand over.
   *
   * @param afterRecord the offset after the last record that was handed over, or where reading
   *     began
   * @param position the next offset to be fetched; never less
   */
  private record Stretch(long afterRecord, long position) {}

  private final Map<TopicPartition, Stretch> stretches = new ConcurrentHashMap<>();

  /** Forgets partitions: a consumer begins to read them. */
  void begin(Collection<TopicPartition> partitions) {
    stretches.keySet().removeAll(partitions);
  }

  /** Notes where a consumer begins to read; changes nothing if it has begun already. */
  void beginAt(TopicPartition partition, long offset) {
    stretches.putIfAbsent(partition, new Stretch(offset, offset));
  }

  /** Notes that reading goes on at an offset, whatever was read before. */
  void seek(TopicPartition partition, long offset) {
    stretches.put(partition, new Stretch(offset, offset));
  }

  /**
   * Notes where a consumer is after a poll.
   *
   * @param afterRecord the offset after the last record that the poll has handed over; negative if
   *     it has handed over none of the partition
   */
  void polled(TopicPartition partition, long afterRecord, long position) {
    @Nullable Stretch before = stretches.get(partition);
    long from = afterRecord >= 0 ? afterRecord : before == null ? position : before.afterRecord;
    if (before == null || from != before.afterRecord || position != before.position) {
      stretches.put(partition, new Stretch(Math.min(from, position), position));
    }
  }

  /**
   * The offset after the last record of a log: its end, or the offset before which all records have
   * been handed over, if only offsets without records lie between.
   *
   * @param end the end of the log, exclusive
   */
  long endOfRecords(TopicPartition partition, long end) {
    @Nullable Stretch stretch = stretches.get(partition);
    return stretch != null && stretch.afterRecord <= end && end <= stretch.position
        ? stretch.afterRecord
        : end;
  }
}
