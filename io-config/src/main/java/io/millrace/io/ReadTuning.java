package io.millrace.io;

import java.io.Serializable;

/**
 * How a source reads for a runner that needs help.
 *
 * @param pageRecords how many Kafka records at most the runner is given as one; more than 1 where
 *     each costs the runner much (DirectRunner, Flink)
 * @param inFlight when to wait with reading, for a runner without backpressure
 * @param partitions how many partitions each topic has, so that nobody need ask Kafka when the
 *     pipeline is built; 0: ask
 * @param fixPartitions whether Kafka is asked for the partitions when the pipeline is built, and
 *     not by the runner when it starts: a runner that takes a checkpoint while it waits for the
 *     answer may take it for one without any partition (Flink's does)
 */
public record ReadTuning(
    int pageRecords, InFlightLimit inFlight, int partitions, boolean fixPartitions)
    implements Serializable {
  /** Each record by itself, without limit: for runners that need no help. */
  public static final ReadTuning NONE = new ReadTuning(1, InFlightLimit.NONE, 0, false);

  /** The same for topics whose number of partitions is known. */
  public ReadTuning withPartitions(int known) {
    return new ReadTuning(pageRecords, inFlight, known, fixPartitions);
  }
}
