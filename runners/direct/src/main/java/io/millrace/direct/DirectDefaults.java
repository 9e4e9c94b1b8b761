package io.millrace.direct;

import io.millrace.pubsub.PubsubAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * What the DirectRunner needs to be fast, added to the flags unless they say otherwise. Each figure
 * is explained in docs/direct-runner.md.
 */
public final class DirectDefaults {
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

  /**
   * Left out for Pub/Sub: read that way, each message would have a state and a timer of its own, by
   * which the runner tells whether it was delivered before, and 80 readers would ask for messages.
   */
  private static final Set<String> FOR_KAFKA = Set.of(SDF_READ);

  private DirectDefaults() {}

  /** The flags with what is missing for this runner; another runner's flags as they are. */
  public static String[] addTo(List<String> args) {
    List<String> flags = new ArrayList<>(args);
    String runner = value(args, "--runner=");
    if (runner == null) {
      flags.add("--runner=DirectRunner");
    } else if (!runner.equals("DirectRunner")) {
      return flags.toArray(String[]::new);
    }
    String input = value(args, "--input=");
    boolean pubsub = input != null && input.startsWith(PubsubAddress.SCHEME);
    for (String flag : DEFAULTS) {
      String name = flag.substring(0, flag.indexOf('=') + 1);
      if (value(args, name) == null && !(pubsub && FOR_KAFKA.contains(flag))) {
        flags.add(flag);
      }
    }
    return flags.toArray(String[]::new);
  }

  private static String value(List<String> args, String name) {
    for (String arg : args) {
      if (arg.startsWith(name)) {
        return arg.substring(name.length());
      }
    }
    return null;
  }
}
