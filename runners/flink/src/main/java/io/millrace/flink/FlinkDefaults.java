package io.millrace.flink;

import io.millrace.io.flags.RunnerProfile;
import java.util.ArrayList;
import java.util.List;

/**
 * What Beam's Flink runner needs to be fast, added to the flags unless they say otherwise. Nothing
 * here changes an outcome. Pure functions of their arguments; no state.
 */
public final class FlinkDefaults {
  /** Keys of the deduplication for each time bucket: enough to spread over dozens of slots. */
  public static final int DEDUP_SHARDS = 64;

  /**
   * Packed arrays in each of these keys. An event scans and copies one of them: 976 bytes at a
   * million identities a minute. On Flink's heap an identity then takes 17 bytes, and 51 at 30,000
   * a minute, where most arrays hold two (measured by HeapPerIdentityIT). Each entry more is
   * written by each checkpoint.
   */
  public static final int DEDUP_SLOTS = 256;

  /**
   * Groups of keys that state is kept in: the most subtasks that a step can ever be spread over.
   * Savepoints are bound to it. It is also how many parts a source is split into, each partition
   * being at most one, so that partitions spread evenly over any number of subtasks.
   */
  public static final int MAX_PARALLELISM = 128;

  private static final List<String> RUNNERS =
      List.of(
          // Steps never change an element, so nothing need be copied between chained ones.
          "--fasterCopy=true",
          "--objectReuse=true",
          // Milliseconds between watermarks: half of Flink's own default, for fresher windows.
          "--autoWatermarkInterval=100",
          // A sink's batch is a bundle: Beam's default of 1000 elements makes small inserts.
          "--maxBundleSize=20000",
          "--maxBundleTimeMills=1000",
          "--streaming=true",
          // Without checkpoints nothing can be recovered; Beam's default is to have none.
          "--checkpointingInterval=5000",
          // What a bundle holds is written before the checkpoint, and not kept in it.
          "--finishBundleBeforeCheckpointing=true",
          "--externalizedCheckpointsEnabled=true",
          "--retainExternalizedCheckpointsOnCancellation=true",
          // A sink that is down makes steps wait, and checkpoints expire. A restart would not help,
          // and Beam's default restarts the job at the first that fails, again and again.
          "--failOnCheckpointingErrors=false",
          // Pinned: Flink's own default depends on the parallelism, and state could not be
          // restored under another.
          "--maxParallelism=" + MAX_PARALLELISM);

  private static final List<String> MILLRACES =
      List.of(
          "--dedupShards=" + DEDUP_SHARDS,
          "--dedupSlots=" + DEDUP_SLOTS,
          "--batching=bundle",
          "--pageRecords=500");

  private FlinkDefaults() {}

  /**
   * The flags with what is missing for this runner; a flag that is given is left as it is, and so
   * are all flags if they name another runner.
   *
   * @param args command-line flags, each as {@code --name=value}
   */
  public static String[] addTo(List<String> args) {
    List<String> defaults = new ArrayList<>(RUNNERS);
    defaults.addAll(MILLRACES);
    return RunnerProfile.FLINK.withDefaults(args, defaults).toArray(String[]::new);
  }

  /** Whether a flag that was added is one of Millrace's pipeline and not of Beam. */
  static boolean isMillraces(String flag) {
    return MILLRACES.contains(flag);
  }
}
