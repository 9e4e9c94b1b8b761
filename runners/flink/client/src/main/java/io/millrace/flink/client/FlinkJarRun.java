package io.millrace.flink.client;

import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * How to run an uploaded jar.
 *
 * @param entryClass empty: the one in the jar's manifest
 * @param parallelism 0: what the job or the cluster says
 * @param savepoint a savepoint's or a retained checkpoint's path to start from; empty: begin anew
 * @param allowNonRestoredState whether the savepoint may hold state of steps that are gone
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

  /** Starts from a savepoint or a retained checkpoint, all of whose state must find its step. */
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
