package io.millrace.dataflow;

import io.millrace.io.flags.RunnerProfile;
import java.util.List;
import org.checkerframework.checker.nullness.qual.Nullable;

/**
 * What Dataflow needs to be right and safe, added to the flags unless they say otherwise. Each is
 * explained in docs/dataflow.md. Pure functions of their arguments; no state.
 */
public final class DataflowDefaults {
  /** MapState, which deduplication and rollups keep, is not supported on runner v2. */
  static final String NO_RUNNER_V2 = "disable_runner_v2";

  private static final List<String> DEFAULTS =
      List.of(
          "--jobName=millrace",
          "--streaming=true",
          "--enableStreamingEngine=true",
          "--autoscalingAlgorithm=THROUGHPUT_BASED",
          "--numWorkers=1",
          // What a mistake can cost at most, before somebody has looked.
          "--maxNumWorkers=4",
          // A bundle is some work of one key: too small to be an INSERT.
          "--batching=state",
          "--dedupShards=64",
          "--dedupSlots=1024");

  private DataflowDefaults() {}

  /** The flags with what is missing. Those that are given stay as they are. */
  public static List<String> addTo(List<String> args) {
    List<String> flags = RunnerProfile.DATAFLOW.withDefaults(args, DEFAULTS);
    // Beam joins the values of a flag that is there several times.
    if (flags.stream()
        .noneMatch(arg -> arg.startsWith("--experiments=") && arg.contains("runner_v2"))) {
      flags.add("--experiments=" + NO_RUNNER_V2);
    }
    return flags;
  }

  /** The default of a flag; null if there is none. */
  static @Nullable String of(String name) {
    String flag = "--" + name + "=";
    return DEFAULTS.stream()
        .filter(preset -> preset.startsWith(flag))
        .map(preset -> preset.substring(flag.length()))
        .findFirst()
        .orElse(null);
  }
}
