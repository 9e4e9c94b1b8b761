package io.millrace.kafka.read;

import io.millrace.event.LostRange;
import io.millrace.kafka.time.PartitionClock;
import java.util.List;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;
import org.checkerframework.checker.nullness.qual.Nullable;

/** What a {@link PartitionPoller} found in one partition. Steps of a partition are in order. */
sealed interface Step {
  TopicPartition partition();

  /** The offset of the next record after this step. */
  long next();

  /**
   * Consecutive records.
   *
   * @param records may be empty: then offsets without records were passed
   * @param updatedMillis when the consumer had last learned which topics there are: until a later
   *     listing, they may be of another topic of the same name, created again
   */
  record Records(
      TopicPartition partition,
      List<ConsumerRecord<byte[], byte[]>> records,
      long next,
      long updatedMillis)
      implements Step {}

  /**
   * Reading begins, or continues at another offset.
   *
   * @param clock the clock of the records before it
   * @param unread the offsets that are passed by it; null if there are none
   */
  record Moved(
      TopicPartition partition, long next, PartitionClock clock, @Nullable LostRange unread)
      implements Step {}

  /**
   * A deleted partition is not read any more.
   *
   * @param unread the offsets that were not read
   */
  record Gone(TopicPartition partition, LostRange unread) implements Step {
    @Override
    public long next() {
      return unread.lastOffset() + 1;
    }
  }
}
