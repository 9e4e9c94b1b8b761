package io.millrace.direct;

import java.util.ArrayList;
import java.util.List;

/**
 * What the DirectRunner needs to be fast, added to the flags unless they say otherwise. Each figure
 * is explained in docs/direct-runner.md.
 */
public final class DirectDefaults {
  private static final List<String> DEFAULTS =
      List.of(
          // Bundles of 100 records instead of 10.
          "--experiments=use_sdf_read",
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
    List<String> flags = new ArrayList<>(args);
    String runner = value(args, "--runner=");
    if (runner == null) {
      flags.add("--runner=DirectRunner");
    } else if (!runner.equals("DirectRunner")) {
      return flags.toArray(String[]::new);
    }
    for (String flag : DEFAULTS) {
      String name = flag.substring(0, flag.indexOf('=') + 1);
      if (value(args, name) == null) {
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
