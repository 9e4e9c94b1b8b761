package io.millrace.kafka.consume;

import io.millrace.io.CatchUp;
import io.millrace.io.InFlightLimit;
import io.millrace.kafka.time.LostRangeRecord;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.common.TopicPartition;
import org.checkerframework.checker.nullness.qual.Nullable;

/**
 * The ends that the partitions of a run had at its start, as its readers in the same process see
 * them: they hand over no record at or after the end of its partition, and count those before it.
 * Not every offset before an end has a record, so that nobody but a reader knows how many there are
 * to be read.
 *
 * <p>Thread-safe. State: two numbers for each partition.
 */
public final class KafkaCatchUp implements CatchUp {
  private static final Map<String, KafkaCatchUp> BY_RUN = new ConcurrentHashMap<>();

  private final String run;
  private final Map<TopicPartition, Part> parts = new ConcurrentHashMap<>();

  private KafkaCatchUp(String run, List<OffsetSpan> spans) {
    this.run = run;
    for (OffsetSpan span : spans) {
      parts.put(new TopicPartition(span.topic(), span.partition()), new Part(span.to()));
    }
  }

  /** What is to be read of a partition, and how far readers are. */
  private static final class Part {
    private final long end;
    private long counted;
    private long records;
    private boolean reached;

    Part(long end) {
      this.end = end;
    }

    /** A reader may go back and read records again: each is counted once. */
    synchronized void count(List<ConsumerRecord<byte[], byte[]>> read) {
      for (ConsumerRecord<byte[], byte[]> record : read) {
        count(record.offset());
      }
    }

    synchronized void count(long offset) {
      if (offset >= counted) {
        counted = offset + 1;
        records++;
      }
    }

    synchronized void reach(long position) {
      reached |= position >= end;
    }

    synchronized boolean isReached() {
      return reached;
    }

    synchronized long records() {
      return records;
    }
  }

  /**
   * Makes the readers of a run stop at these ends until it is closed.
   *
   * @param run its name, see {@link InFlightLimit#run}
   * @param spans what there is to be read, one of each partition that holds something
   */
  public static KafkaCatchUp publish(String run, List<OffsetSpan> spans) {
    KafkaCatchUp catchUp = new KafkaCatchUp(run, spans);
    BY_RUN.put(run, catchUp);
    return catchUp;
  }

  /** What the readers of a run read; null: everything, without end. */
  static @Nullable KafkaCatchUp of(String run) {
    return BY_RUN.get(run);
  }

  /** The end of a partition, exclusive; 0 for one that held nothing. */
  long end(TopicPartition partition) {
    Part part = parts.get(partition);
    return part == null ? 0 : part.end;
  }

  /** The records that a poll may hand over, counted; the object itself if that is all of them. */
  ConsumerRecords<byte[], byte[]> before(ConsumerRecords<byte[], byte[]> polled) {
    Map<TopicPartition, List<ConsumerRecord<byte[], byte[]>>> kept = new HashMap<>();
    for (TopicPartition partition : polled.partitions()) {
      long end = end(partition);
      List<ConsumerRecord<byte[], byte[]>> records = polled.records(partition);
      int count = records.size();
      while (count > 0 && records.get(count - 1).offset() >= end) {
        count--;
      }
      if (count > 0) {
        List<ConsumerRecord<byte[], byte[]>> before = new ArrayList<>(records.subList(0, count));
        parts.get(partition).count(before);
        kept.put(partition, before);
      }
    }
    // Nothing polled must stay the very object that the reader knows as nothing.
    return polled.isEmpty() ? polled : new ConsumerRecords<>(kept);
  }

  /** Takes note of a range that was handed over as one record, see {@link LostRangeRecord}. */
  void lost(TopicPartition partition, long lastOffset) {
    Part part = parts.get(partition);
    if (part != null) {
      part.count(lastOffset);
      part.reach(lastOffset + 1);
    }
  }

  /** Takes note of the offset that a reader fetches next, all before it having been counted. */
  void reach(TopicPartition partition, long position) {
    Part part = parts.get(partition);
    if (part != null) {
      part.reach(position);
    }
  }

  @Override
  public boolean isReached(long read) {
    long records = 0;
    for (Part part : parts.values()) {
      if (!part.isReached()) {
        return false;
      }
      records += part.records();
    }
    return read >= records;
  }

  @Override
  public void close() {
    BY_RUN.remove(run, this);
  }
}
