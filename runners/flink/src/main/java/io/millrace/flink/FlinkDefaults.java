package io.millrace.flink;

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
   * Packed arrays in each of these keys. With 64 shards an event scans and copies an array of 1/64
   * of a KB for each thousand identities that its minute holds, and a quiet minute pays for few.
   */
  public static final int DEDUP_SLOTS = 1024;

  private static final List<String> DEFAULTS =
      List.of(
          // Steps never change an element, so nothing need be copied between chained ones.
          "--fasterCopy=true",
          "--objectReuse=true",
          // Without it a watermark is sent only every 200 ms of Flink's own default, or not at all.
          "--autoWatermarkInterval=100",
          // A sink's batch is a bundle: Beam's default of 1000 elements makes small inserts.
          "--maxBundleSize=20000",
          "--maxBundleTimeMills=1000",
          "--dedupShards=" + DEDUP_SHARDS,
          "--dedupSlots=" + DEDUP_SLOTS,
          "--batching=bundle");

  private FlinkDefaults() {}

  /**
   * The flags with what is missing for this runner; a flag that is given is left as it is, and so
   * are all flags if they name another runner.
   *
   * @param args command-line flags, each as {@code --name=value}
   */
  public static String[] addTo(List<String> args) {
    List<String> flags = new ArrayList<>(args);
    String runner = value(args, "--runner=");
    if (runner == null) {
      flags.add("--runner=FlinkRunner");
    } else if (!runner.equals("FlinkRunner")) {
      return flags.toArray(String[]::new);
    }
    for (String flag : DEFAULTS) {
      if (value(args, flag.substring(0, flag.indexOf('=') + 1)) == null) {
        flags.add(flag);
      }
    }
    return flags.toArray(String[]::new);
  }

  private static String value(List<String> args, String prefix) {
    for (String arg : args) {
      if (arg.startsWith(prefix)) {
        return arg.substring(prefix.length());
      }
    }
    return null;
  }
}
