package io.millrace.kafka.read;

import io.millrace.io.observe.RunObservation;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.kafka.common.TopicPartition;
import org.checkerframework.checker.nullness.qual.Nullable;

/**
 * What the readers of a run in this process have handed to the runner: the number of elements, and
 * the next offset of each partition. When all of them have an outcome, the offsets can be
 * committed. Closes the readers at the run's end, which the DirectRunner does not. Thread-safe.
 * State: a number for each partition, and the open readers.
 */
public final class HandedOver {
  private static final Map<String, HandedOver> BY_RUN = new ConcurrentHashMap<>();

  private final Map<TopicPartition, Long> next = new HashMap<>();
  private final Set<SplitReader> readers = new HashSet<>();
  private final @Nullable RunObservation observation;
  private long count;

  private HandedOver(String run) {
    this.observation = RunObservation.of(run);
  }

  /**
   * Keeps what a run's readers hand over until {@link #remove}.
   *
   * @param run see {@link io.millrace.io.InFlightLimit#run}
   */
  public static void publish(String run) {
    BY_RUN.put(run, new HandedOver(run));
  }

  /** Closes the readers of a run that has ended, and forgets it. */
  public static void remove(String run) {
    HandedOver ended = BY_RUN.remove(run);
    if (ended != null) {
      ended.open().forEach(SplitReader::close);
    }
  }

  /** The readers that are open. */
  synchronized List<SplitReader> open() {
    return List.copyOf(readers);
  }

  /** Adds a reader, which is closed in any thread at the end of the run. */
  synchronized void opened(SplitReader reader) {
    readers.add(reader);
  }

  /** Forgets a reader: a runner may close one and create the next at any time. */
  synchronized void closed(SplitReader reader) {
    readers.remove(reader);
  }

  /** That of a run; one of its own for each reader if the run is not published. */
  public static HandedOver of(String run) {
    HandedOver published = BY_RUN.get(run);
    return published == null ? new HandedOver(run) : published;
  }

  synchronized void count(long elements) {
    count += elements;
  }

  synchronized void at(TopicPartition partition, PartitionReading reading) {
    next.put(partition, reading.next);
    if (observation != null) {
      reading.report(observation.partition(partition.topic(), partition.partition()));
    }
  }

  /** Whether no more than this many elements were handed over. */
  public synchronized boolean isAtMost(long elements) {
    return count <= elements;
  }

  /** The offsets, if exactly this many elements were handed over; otherwise none. */
  synchronized Map<TopicPartition, Long> offsetsAfter(long elements) {
    return count == elements ? Map.copyOf(next) : Map.of();
  }
}
