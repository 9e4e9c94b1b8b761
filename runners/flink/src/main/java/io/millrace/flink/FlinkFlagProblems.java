package io.millrace.flink;

import java.util.ArrayList;
import java.util.List;
import org.apache.beam.runners.flink.FlinkPipelineOptions;

/** Rejects flags that the Flink runner accepts but that break the pipeline. */
final class FlinkFlagProblems {
  /** The class Beam loads for `rocksdb`. Flink's distribution has it, Flink's client does not. */
  private static final String ROCKS_DB =
      "org.apache.flink.contrib.streaming.state.RocksDBStateBackend";

  private FlinkFlagProblems() {}

  /** The problems, one line each; empty if there is none. */
  static List<String> of(FlinkPipelineOptions options) {
    List<String> problems = new ArrayList<>();
    String runner = options.getRunner().getSimpleName();
    if (!runner.equals("FlinkRunner")) {
      problems.add("--runner: expected FlinkRunner, found " + runner + "; remove the flag");
    }
    if (!options.isStreaming()) {
      problems.add("--streaming: event-time timers require a streaming job; remove the flag");
    }
    Long interval = options.getCheckpointingInterval();
    if (interval == null || interval <= 0) {
      problems.add(
          "--checkpointingInterval: checkpoints are required, because a failure without one loses"
              + " offsets and deduplication state. Remove the flag or set milliseconds, such as"
              + " --checkpointingInterval=5000");
    }
    if (options.getParallelism() > options.getMaxParallelism()) {
      problems.add(
          ("--parallelism=%s exceeds --maxParallelism=%s. Reduce the parallelism: a job"
                  + " with another --maxParallelism cannot restore its savepoints")
              .formatted(options.getParallelism(), options.getMaxParallelism()));
    }
    if (!"EXACTLY_ONCE".equals(options.getCheckpointingMode())) {
      problems.add(
          "--checkpointingMode: at-least-once counts events twice after a failure; remove the"
              + " flag");
    }
    stateBackend(options, problems);
    return problems;
  }

  private static void stateBackend(FlinkPipelineOptions options, List<String> problems) {
    String name = options.getStateBackend();
    if (name == null) {
      return;
    }
    boolean rocksDb = name.equalsIgnoreCase("rocksdb");
    if (!rocksDb && !name.equalsIgnoreCase("filesystem")) {
      problems.add("--stateBackend: expected rocksdb or filesystem, found `" + name + "`");
    } else if (options.getStateBackendStoragePath() == null) {
      problems.add(
          "--stateBackend="
              + name
              + " needs --stateBackendStoragePath, storage that all nodes can access, such as"
              + " --stateBackendStoragePath=s3://bucket/state");
    } else if (rocksDb && !isThere(ROCKS_DB)) {
      problems.add(
          "--stateBackend=rocksdb: RocksDB is not on this class path. Remove the flag and set"
              + " `state.backend.type: rocksdb` in the cluster's configuration, or submit the job"
              + " jar with `flink run`");
    }
  }

  private static boolean isThere(String className) {
    try {
      Class.forName(className, false, FlinkFlagProblems.class.getClassLoader());
      return true;
    } catch (ClassNotFoundException e) {
      return false;
    }
  }
}
