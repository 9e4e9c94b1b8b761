package io.millrace.kafka.consume;

import java.util.Collection;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.checkerframework.checker.nullness.qual.Nullable;

/**
 * Positions of a reader's consumers in their partitions. Transaction markers, aborted records and
 * compacted records take offsets but are never returned by a poll. So a log may end with offsets
 * without records. KafkaIO compares the offset after the last record with the end of the log: such
 * a partition would never be idle, and its watermark would hold back the whole job.
 *
 * <p>Thread-safe, because KafkaIO polls in one thread and fetches end offsets in another.
 */
public final class ReadPositions {
  /**
   * A range of offsets without records.
   *
   * @param afterRecord the offset after the last record returned, or where reading began
   * @param position the next offset to fetch; at least {@code afterRecord}
   */
  private record Stretch(long afterRecord, long position) {}

  private final Map<TopicPartition, Stretch> stretches = new ConcurrentHashMap<>();
  private final Map<TopicPartition, OffsetAndMetadata> returned = new ConcurrentHashMap<>();

  /** Removes partitions that a consumer begins to read. */
  void begin(Collection<TopicPartition> partitions) {
    stretches.keySet().removeAll(partitions);
  }

  /** Records where a consumer begins to read, if it has not begun yet. */
  void beginAt(TopicPartition partition, long offset) {
    stretches.putIfAbsent(partition, new Stretch(offset, offset));
  }

  void seek(TopicPartition partition, long offset) {
    stretches.put(partition, new Stretch(offset, offset));
  }

  /**
   * Records a consumer's position after a poll.
   *
   * @param afterRecord the offset after the last record of the poll; negative if it returned none
   *     of the partition
   */
  void polled(TopicPartition partition, long afterRecord, long position) {
    @Nullable Stretch before = stretches.get(partition);
    long from = afterRecord >= 0 ? afterRecord : before == null ? position : before.afterRecord;
    if (before == null || from != before.afterRecord || position != before.position) {
      stretches.put(partition, new Stretch(Math.min(from, position), position));
    }
  }

  /** Records the last record of a partition that a consumer returned. */
  void returned(TopicPartition partition, ConsumerRecord<?, ?> last) {
    returned.put(partition, new OffsetAndMetadata(last.offset() + 1, last.leaderEpoch(), ""));
  }

  /**
   * The position after the last record returned, with the record's leader epoch. By the epoch,
   * Kafka's client notices that the log was truncated and has grown beyond the offset since.
   *
   * @return null if the last record returned is not the one before the offset
   */
  @Nullable OffsetAndMetadata after(TopicPartition partition, long offset) {
    @Nullable OffsetAndMetadata after = returned.get(partition);
    return after != null && after.offset() == offset ? after : null;
  }

  /**
   * The offset after the last record of a log: the end of the log, or the offset after the last
   * record returned if only offsets without records follow.
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
