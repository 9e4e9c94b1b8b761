package io.millrace.kafka.read;

import io.millrace.event.LostRange;
import io.millrace.event.LostRange.Reason;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.consumer.OffsetAndTimestamp;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.errors.TimeoutException;
import org.checkerframework.checker.nullness.qual.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Finds the offsets at which reading begins. Every method waits for the brokers, and throws a
 * {@link TimeoutException} if they do not answer.
 */
record FirstOffsets(
    ReadSettings settings, TopicWatch watch, Consumer<?, ?> consumer, Duration longest) {
  private static final Logger LOG = LoggerFactory.getLogger(FirstOffsets.class);

  /**
   * An offset.
   *
   * @param epoch leader epoch of the record before; -1 if unknown
   * @param unread the range before it that is not read; null if there is none
   */
  record Offset(long next, int epoch, @Nullable LostRange unread) {}

  /** The offset of each partition. */
  Map<TopicPartition, Offset> of(Collection<PartitionBegin> begins) {
    Map<TopicPartition, Offset> found = new HashMap<>();
    List<TopicPartition> earliest = withNext(begins, ReadMark.Position.EARLIEST);
    List<TopicPartition> asStarted = withNext(begins, ReadMark.Position.AS_STARTED);
    long now = System.currentTimeMillis();
    if (!earliest.isEmpty()) {
      consumer
          .beginningOffsets(earliest, longest)
          .forEach(
              (partition, first) -> {
                LostRange lost = UnreadRanges.between(partition, 0, first, now, Reason.REMOVED);
                UnreadRanges.logRemoved(lost);
                found.put(partition, new Offset(first, -1, lost));
              });
    }
    if (!asStarted.isEmpty()) {
      Map<TopicPartition, Long> first = consumer.beginningOffsets(asStarted, longest);
      Map<TopicPartition, Long> chosen = chosen(asStarted, first);
      for (TopicPartition partition : asStarted) {
        long next = chosen.get(partition);
        found.put(
            partition,
            new Offset(
                next,
                -1,
                UnreadRanges.between(partition, first.get(partition), next, now, Reason.SKIPPED)));
      }
    }
    for (PartitionBegin begin : begins) {
      Offset known = found.get(begin.partition());
      if (known == null) {
        found.put(begin.partition(), new Offset(begin.next(), begin.epoch(), begin.unread()));
      } else if (begin.unread() != null) {
        // A topic that was created again: what the earlier one lost counts.
        found.put(begin.partition(), new Offset(known.next(), -1, begin.unread()));
      }
    }
    return found;
  }

  private static List<TopicPartition> withNext(Collection<PartitionBegin> begins, long next) {
    return begins.stream()
        .filter(begin -> begin.next() == next)
        .map(PartitionBegin::partition)
        .toList();
  }

  private Map<TopicPartition, Long> chosen(
      List<TopicPartition> partitions, Map<TopicPartition, Long> first) {
    return switch (settings.startFrom().kind()) {
      case EARLIEST -> first;
      case LATEST -> consumer.endOffsets(partitions, longest);
      case INSTANT -> atInstant(partitions);
      case COMMITTED -> committed(partitions, first);
    };
  }

  private Map<TopicPartition, Long> atInstant(List<TopicPartition> partitions) {
    Map<TopicPartition, Long> times = new HashMap<>();
    long millis = settings.startFrom().instant().toEpochMilli();
    partitions.forEach(partition -> times.put(partition, millis));
    Map<TopicPartition, OffsetAndTimestamp> found = consumer.offsetsForTimes(times, longest);
    Map<TopicPartition, Long> ends = consumer.endOffsets(partitions, longest);
    Map<TopicPartition, Long> offsets = new HashMap<>();
    for (TopicPartition partition : partitions) {
      OffsetAndTimestamp at = found.get(partition);
      // Without an offset, all records are older.
      offsets.put(partition, at == null ? ends.get(partition) : at.offset());
    }
    return offsets;
  }

  private Map<TopicPartition, Long> committed(
      List<TopicPartition> partitions, Map<TopicPartition, Long> first) {
    Map<TopicPartition, OffsetAndMetadata> committed;
    try {
      committed = watch.committed().get(longest.toMillis(), TimeUnit.MILLISECONDS);
    } catch (ExecutionException e) {
      if (e.getCause() instanceof KafkaException cause) {
        throw cause;
      }
      throw new KafkaException(e);
    } catch (java.util.concurrent.TimeoutException e) {
      throw new TimeoutException(e);
    } catch (InterruptedException e) {
      throw new InterruptException(e);
    }
    Map<TopicPartition, Long> ends = consumer.endOffsets(partitions, longest);
    Map<TopicPartition, Long> offsets = new HashMap<>();
    for (TopicPartition partition : partitions) {
      OffsetAndMetadata at = committed.get(partition);
      if (at == null || at.offset() > ends.get(partition)) {
        LOG.warn(
            "The consumer group {} has {} in {}: reading begins at its earliest record",
            settings.group(),
            at == null
                ? "committed no offset"
                : "committed offset " + at.offset() + ", which is after the end of the log,",
            partition);
        offsets.put(partition, first.get(partition));
      } else {
        offsets.put(partition, at.offset());
      }
    }
    return offsets;
  }
}
