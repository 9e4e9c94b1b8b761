package io.millrace.io;

import java.io.Serializable;

/**
 * Runner-specific settings of a source.
 *
 * @param pageRecords most Kafka records in one element for the runner; more than 1 where elements
 *     are expensive (DirectRunner, Flink)
 * @param inFlight when readers wait, for a runner without backpressure
 * @param partitions number of partitions of each topic, so that building the pipeline does not need
 *     Kafka; 0: ask Kafka
 * @param fixPartitions whether partitions are listed when the pipeline is built, not when the
 *     runner starts. Flink's runner may checkpoint before its readers know them, and then restores
 *     without partitions. Such a runner's checkpoints are durable, and its threads must not wait
 */
public record ReadTuning(
    int pageRecords, InFlightLimit inFlight, int partitions, boolean fixPartitions)
    implements Serializable {
  private static final long IDLE_WAIT_MILLIS = 20;

  /** One record per element, no limit. */
  public static final ReadTuning NONE = new ReadTuning(1, InFlightLimit.NONE, 0, false);

  public ReadTuning withPartitions(int known) {
    return new ReadTuning(pageRecords, inFlight, known, fixPartitions);
  }

  /** Whether a finalized checkpoint outlives the process. */
  public boolean durableCheckpoints() {
    return fixPartitions;
  }

  /** How long a reader without data waits, so that a runner does not ask it in a loop. */
  public long idleWaitMillis() {
    return fixPartitions ? 0 : IDLE_WAIT_MILLIS;
  }
}
