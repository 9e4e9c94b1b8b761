package io.millrace.flink;

import io.millrace.io.flags.RunnerProfile;
import java.util.ArrayList;
import java.util.List;

/**
 * Default flags that make Beam's Flink runner fast; explicit flags override them. No default
 * changes an outcome. Stateless.
 */
public final class FlinkDefaults {
  /** Deduplication keys per time bucket: enough to spread over dozens of slots. */
  public static final int DEDUP_SHARDS = 64;

  /**
   * Packed arrays per deduplication key. Each event scans and copies one array: 976 bytes at a
   * million identities a minute. On Flink's heap an identity then takes 17 bytes. At 30,000 a
   * minute it takes 51, because most arrays hold two (measured by HeapPerIdentityIT). Every
   * checkpoint writes all arrays.
   */
  public static final int DEDUP_SLOTS = 256;

  /**
   * Flink's maximum parallelism, the number of key groups. A savepoint cannot be restored under
   * another value. A source is split into as many parts, at most one for each partition, so that
   * partitions spread evenly over any number of subtasks.
   */
  public static final int MAX_PARALLELISM = 128;

  private static final List<String> RUNNERS =
      List.of(
          // Steps never mutate an element, so chained operators need no copies.
          "--fasterCopy=true",
          "--objectReuse=true",
          // In ms: half of Flink's default, so that windows close sooner.
          "--autoWatermarkInterval=100",
          // A sink's batch is a bundle; Beam's default of 1000 elements makes small inserts.
          "--maxBundleSize=20000",
          "--maxBundleTimeMills=1000",
          "--streaming=true",
          // Recovery needs checkpoints; Beam disables them by default.
          "--checkpointingInterval=5000",
          // A checkpoint writes the bundle's rows first instead of storing them.
          "--finishBundleBeforeCheckpointing=true",
          "--externalizedCheckpointsEnabled=true",
          "--retainExternalizedCheckpointsOnCancellation=true",
          // While a sink is down, steps wait and checkpoints time out. Beam's default would restart
          // the job at every such checkpoint, which does not help.
          "--failOnCheckpointingErrors=false",
          // Pinned: Flink's default depends on the parallelism, so a rescaled job could not
          // restore its state.
          "--maxParallelism=" + MAX_PARALLELISM);

  private static final List<String> MILLRACES =
      List.of(
          "--dedupShards=" + DEDUP_SHARDS,
          "--dedupSlots=" + DEDUP_SLOTS,
          "--batching=bundle",
          "--pageRecords=500",
          // A savepoint keeps the number, so that it is enough for a larger cluster.
          "--kafkaSplits=32");

  private FlinkDefaults() {}

  /**
   * Adds the missing defaults. Leaves the flags unchanged if they name another runner.
   *
   * @param args command-line flags, each as {@code --name=value}
   */
  public static String[] addTo(List<String> args) {
    List<String> defaults = new ArrayList<>(RUNNERS);
    defaults.addAll(MILLRACES);
    return RunnerProfile.FLINK.withDefaults(args, defaults).toArray(String[]::new);
  }

  /** Whether a default is Millrace's flag and not Beam's. */
  static boolean isMillraces(String flag) {
    return MILLRACES.contains(flag);
  }
}
