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
 * End offsets of a run's partitions at its start, shared with the readers in the same process.
 * Readers emit no record at or after the end, and count the records before it. Only they know the
 * count, because some offsets have no record.
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

  private static final class Part {
    private final long end;
    private long counted;
    private long records;
    private boolean reached;

    Part(long end) {
      this.end = end;
    }

    /** Counts each record once, although a reader may seek back. */
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
   * Stops the readers of a run at these ends until {@link #close}.
   *
   * @param run the run's id, see {@link InFlightLimit#run}
   * @param spans one span for each partition that is not empty
   */
  public static KafkaCatchUp publish(String run, List<OffsetSpan> spans) {
    KafkaCatchUp catchUp = new KafkaCatchUp(run, spans);
    BY_RUN.put(run, catchUp);
    return catchUp;
  }

  /** The limits of a run; null if its readers do not stop. */
  public static @Nullable KafkaCatchUp of(String run) {
    return BY_RUN.get(run);
  }

  /** The end of a partition, exclusive; 0 if it was empty. */
  public long end(TopicPartition partition) {
    Part part = parts.get(partition);
    return part == null ? 0 : part.end;
  }

  /** Counts and returns the records before the ends. */
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
    // KafkaIO recognizes an empty poll by object identity.
    return polled.isEmpty() ? polled : new ConsumerRecords<>(kept);
  }

  /** Counts records of a partition; all of them must be before its end. */
  public void count(TopicPartition partition, List<ConsumerRecord<byte[], byte[]>> records) {
    Part part = parts.get(partition);
    if (part != null) {
      part.count(records);
    }
  }

  /** Records a lost range that was emitted as one record, see {@link LostRangeRecord}. */
  public void lost(TopicPartition partition, long lastOffset) {
    Part part = parts.get(partition);
    if (part != null) {
      part.count(lastOffset);
      part.reach(lastOffset + 1);
    }
  }

  /** Records a reader's next offset, after all records before it were counted. */
  public void reach(TopicPartition partition, long position) {
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
