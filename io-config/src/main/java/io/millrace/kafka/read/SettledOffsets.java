package io.millrace.kafka.read;

import java.util.Map;
import org.apache.kafka.common.TopicPartition;

/** Commits what the readers of this process have read, on a runner without durable checkpoints. */
public final class SettledOffsets {
  private SettledOffsets() {}

  /**
   * Commits the readers' offsets if no element was handed over that is not among these. Returns at
   * once; a failure is logged.
   *
   * @param elements number of elements whose outcomes are all durable
   */
  public static void commit(ReadSettings settings, long elements) {
    Map<TopicPartition, Long> offsets =
        HandedOver.of(settings.tuning().inFlight().run()).offsetsAfter(elements);
    if (offsets.isEmpty()) {
      return;
    }
    // Shares the client of the readers.
    try (TopicWatch watch = TopicWatch.open(settings)) {
      watch.commit(offsets);
    }
  }
}
