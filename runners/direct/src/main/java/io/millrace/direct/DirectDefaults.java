package io.millrace.direct;

import io.millrace.io.flags.RunnerProfile;
import io.millrace.pubsub.PubsubAddress;
import java.util.ArrayList;
import java.util.List;

/**
 * Default flags that make the DirectRunner fast; explicit flags override them.
 * docs/direct-runner.md explains each.
 */
public final class DirectDefaults {
  /**
   * Not used for Pub/Sub, where it adds a state and a timer per message to drop redeliveries, and
   * makes 80 readers pull messages.
   */
  private static final String SDF_READ = "--experiments=use_sdf_read";

  private static final List<String> DEFAULTS =
      List.of(
          // Bundles of 100 records instead of 10.
          SDF_READ,
          // An element is a page of 50 records, so a bundle holds up to 5,000.
          "--pageRecords=50",
          // The runner has no backpressure; unlimited reading would exhaust memory.
          "--maxInFlight=30000",
          // These checks clone every element at every step. Tests enable them.
          "--enforceImmutability=false",
          "--enforceEncodability=false",
          "--blockOnRun=false",
          // An idle reader occupies a thread, and one reads faster than this runner processes.
          "--kafkaSplits=1",
          // More threads would starve the runner's driver, which schedules bundles.
          "--targetParallelism=4",
          // The runner makes one bundle per key and copies the key's state.
          "--dedupShards=2",
          "--dedupSlots=256",
          "--rollupShards=1",
          "--batching=state",
          // Timers do not fire while a step is busy, so under load batches are flushed by size.
          "--maxBatchRows=10000",
          // Rows that wait for their part are in flight.
          "--archivePartBytes=2097152",
          "--archivePartAge=2s");

  private DirectDefaults() {}

  /** Adds the missing defaults. Leaves the flags unchanged if they name another runner. */
  public static String[] addTo(List<String> args) {
    boolean pubsub =
        args.stream().anyMatch(arg -> arg.startsWith("--input=" + PubsubAddress.SCHEME));
    List<String> defaults = new ArrayList<>(DEFAULTS);
    if (pubsub) {
      defaults.remove(SDF_READ);
    }
    return RunnerProfile.DIRECT.withDefaults(args, defaults).toArray(String[]::new);
  }
}
