package io.millrace.flink.client;

import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Parameters for running an uploaded jar.
 *
 * @param entryClass empty for the main class of the jar's manifest
 * @param parallelism 0 for the default of the job or the cluster
 * @param savepoint path of a savepoint or retained checkpoint to restore; empty for none
 * @param allowNonRestoredState whether the savepoint may contain state of removed steps
 * @param config entries of Flink's configuration for this job
 */
public record FlinkJarRun(
    String entryClass,
    List<String> arguments,
    int parallelism,
    String savepoint,
    boolean allowNonRestoredState,
    Map<String, String> config) {
  public FlinkJarRun {
    arguments = List.copyOf(arguments);
    config = Map.copyOf(config);
  }

  public static FlinkJarRun of(String entryClass, List<String> arguments) {
    return new FlinkJarRun(entryClass, arguments, 0, "", false, Map.of());
  }

  public FlinkJarRun withParallelism(int parallelism) {
    return new FlinkJarRun(
        entryClass, arguments, parallelism, savepoint, allowNonRestoredState, config);
  }

  /** Restores a savepoint or retained checkpoint, and requires a step for all of its state. */
  public FlinkJarRun from(String savepoint) {
    return new FlinkJarRun(entryClass, arguments, parallelism, savepoint, false, config);
  }

  public FlinkJarRun allowingNonRestoredState() {
    return new FlinkJarRun(entryClass, arguments, parallelism, savepoint, true, config);
  }

  public FlinkJarRun withConfig(String key, String value) {
    Map<String, String> more = new HashMap<>(config);
    more.put(key, value);
    return new FlinkJarRun(
        entryClass, arguments, parallelism, savepoint, allowNonRestoredState, more);
  }
}
