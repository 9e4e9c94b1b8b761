package io.millrace.flink;

import java.util.ArrayList;
import java.util.List;
import org.apache.beam.runners.flink.FlinkPipelineOptions;

/** Flags that Flink's runner accepts and then runs wrongly. */
final class FlinkFlagProblems {
  /** What Beam sets for `rocksdb`. It comes with Flink, and not with Flink's client. */
  private static final String ROCKS_DB =
      "org.apache.flink.contrib.streaming.state.RocksDBStateBackend";

  private FlinkFlagProblems() {}

  /** One line for each, with what to do; empty if there is none. */
  static List<String> of(FlinkPipelineOptions options) {
    List<String> problems = new ArrayList<>();
    String runner = options.getRunner().getSimpleName();
    if (!runner.equals("FlinkRunner")) {
      problems.add("--runner: this job runs on Flink, not on the " + runner + "; leave it out");
    }
    if (!options.isStreaming()) {
      problems.add(
          "--streaming: state that waits for event time needs a streaming job; leave it out");
    }
    Long interval = options.getCheckpointingInterval();
    if (interval == null || interval <= 0) {
      problems.add(
          "--checkpointingInterval: without checkpoints a failure would lose what is known of"
              + " offsets and identities, and every event would be read again or never; leave it"
              + " out or give milliseconds, such as --checkpointingInterval=5000");
    }
    if (options.getParallelism() > options.getMaxParallelism()) {
      problems.add(
          "--parallelism="
              + options.getParallelism()
              + " is above --maxParallelism="
              + options.getMaxParallelism()
              + ", which must stay the same for as long as savepoints are to be used");
    }
    if (!"EXACTLY_ONCE".equals(options.getCheckpointingMode())) {
      problems.add(
          "--checkpointingMode: at least once would count events twice after a failure; leave it"
              + " out");
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
              + " needs --stateBackendStoragePath, a place that the whole cluster reaches, such as"
              + " --stateBackendStoragePath=s3://bucket/state");
    } else if (rocksDb && !isThere(ROCKS_DB)) {
      problems.add(
          "--stateBackend=rocksdb: only a program of Flink's own knows RocksDB; set"
              + " `state.backend.type: rocksdb` in the cluster's configuration and leave the flag"
              + " out, or submit the job jar by `flink run`");
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
