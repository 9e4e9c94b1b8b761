package io.millrace.dataflow;

import io.millrace.io.flags.RunnerProfile;
import java.util.List;
import org.checkerframework.checker.nullness.qual.Nullable;

/**
 * Default flags for Dataflow; explicit flags override them. docs/dataflow.md explains each.
 * Stateless.
 */
public final class DataflowDefaults {
  /** Deduplication and roll-ups use MapState, which runner v2 does not support. */
  static final String NO_RUNNER_V2 = "disable_runner_v2";

  private static final List<String> DEFAULTS =
      List.of(
          "--jobName=millrace",
          "--streaming=true",
          "--enableStreamingEngine=true",
          "--autoscalingAlgorithm=THROUGHPUT_BASED",
          "--numWorkers=1",
          // Limits the cost of a misconfigured job.
          "--maxNumWorkers=4",
          // Dataflow's bundles hold few elements of one key: too small for an INSERT.
          "--batching=state",
          "--dedupShards=64",
          "--dedupSlots=1024");

  private DataflowDefaults() {}

  /** Adds the missing defaults. */
  public static List<String> addTo(List<String> args) {
    List<String> flags = RunnerProfile.DATAFLOW.withDefaults(args, DEFAULTS);
    // Beam joins the values of a repeated flag.
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
