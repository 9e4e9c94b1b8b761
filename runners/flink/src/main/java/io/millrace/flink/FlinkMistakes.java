package io.millrace.flink;

import java.util.ArrayList;
import java.util.List;
import org.apache.beam.runners.flink.FlinkPipelineOptions;

/** What Flink's runner would take and then run wrongly. */
final class FlinkMistakes {
  private FlinkMistakes() {}

  /** One line for each, with what to do; empty if there is none. */
  static List<String> of(FlinkPipelineOptions options) {
    List<String> mistakes = new ArrayList<>();
    String runner = options.getRunner().getSimpleName();
    if (!runner.equals("FlinkRunner")) {
      mistakes.add("--runner: this job runs on Flink, not on the " + runner + "; leave it out");
    }
    if (!options.isStreaming()) {
      mistakes.add(
          "--streaming: state that waits for event time needs a streaming job; leave it out");
    }
    Long interval = options.getCheckpointingInterval();
    if (interval == null || interval <= 0) {
      mistakes.add(
          "--checkpointingInterval: without checkpoints a failure would lose what is known of"
              + " offsets and identities, and every event would be read again or never; leave it"
              + " out or give milliseconds, such as --checkpointingInterval=5000");
    }
    if (options.getParallelism() > options.getMaxParallelism()) {
      mistakes.add(
          "--parallelism="
              + options.getParallelism()
              + " is above --maxParallelism="
              + options.getMaxParallelism()
              + ", which must stay the same for as long as savepoints are to be used");
    }
    if (!"EXACTLY_ONCE".equals(options.getCheckpointingMode())) {
      mistakes.add(
          "--checkpointingMode: at least once would count events twice after a failure; leave it"
              + " out");
    }
    return mistakes;
  }
}
