package io.millrace.direct;

import io.millrace.io.flags.RunnerProfile;
import io.millrace.pubsub.PubsubAddress;
import java.util.ArrayList;
import java.util.List;

/**
 * What the DirectRunner needs to be fast, added to the flags unless they say otherwise. Each figure
 * is explained in docs/direct-runner.md.
 */
public final class DirectDefaults {
  /**
   * Left out for Pub/Sub: with it each message has a state and a timer, by which the runner drops
   * messages delivered before, and 80 readers request messages.
   */
  private static final String SDF_READ = "--experiments=use_sdf_read";

  private static final List<String> DEFAULTS =
      List.of(
          // Bundles of 100 records instead of 10.
          SDF_READ,
          // And pages of 50 in place of records: a bundle holds up to 5 000.
          "--pageRecords=50",
          // The runner has no backpressure: reading would fill the memory.
          "--maxInFlight=30000",
          // The checks clone every element at every step. Tests run with them on.
          "--enforceImmutability=false",
          "--enforceEncodability=false",
          "--blockOnRun=false",
          // A partition that waits for records occupies a thread while it does; and the runner's
          // driver, which never rests, gets its turn between bundles only if threads are few.
          "--targetParallelism=4",
          // Each key of each bundle is a bundle of its own, and its state is copied.
          "--dedupShards=2",
          "--dedupSlots=256",
          "--rollupShards=1",
          "--batching=state",
          // Timers of a step do not fire while it is busy: under load a batch ends by its rows.
          "--maxBatchRows=10000");

  private DirectDefaults() {}

  /** The flags with what is missing for this runner; another runner's flags as they are. */
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
