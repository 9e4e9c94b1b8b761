package io.millrace.flink.client;

import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Parameters for running an uploaded jar.
 *
 * @param parallelism 0 for the default of the job or the cluster
 * @param savepoint path of a savepoint or retained checkpoint to restore, all of whose state needs
 *     a step; empty for none
 * @param config entries of Flink's configuration for this job
 */
public record FlinkJarRun(
    String entryClass,
    List<String> arguments,
    int parallelism,
    String savepoint,
    Map<String, String> config) {
  public static FlinkJarRun of(String entryClass, List<String> arguments) {
    return new FlinkJarRun(entryClass, List.copyOf(arguments), 0, "", Map.of());
  }

  public FlinkJarRun withParallelism(int parallelism) {
    return new FlinkJarRun(entryClass, arguments, parallelism, savepoint, config);
  }

  public FlinkJarRun from(String savepoint) {
    return new FlinkJarRun(entryClass, arguments, parallelism, savepoint, config);
  }

  public FlinkJarRun withConfig(String key, String value) {
    Map<String, String> more = new HashMap<>(config);
    more.put(key, value);
    return new FlinkJarRun(entryClass, arguments, parallelism, savepoint, more);
  }
}
