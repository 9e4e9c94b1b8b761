package io.millrace.flink;

import java.util.ArrayList;
import java.util.List;
import org.apache.flink.streaming.api.graph.StreamGraph;

/** What would be submitted to a cluster, with nobody asked and nothing run. */
final class GraphOfAJob {
  private GraphOfAJob() {}

  /**
   * The graph of the whole pipeline with these flags and the defaults of this runner.
   *
   * @param flags Millrace's and Beam's
   */
  static StreamGraph of(List<String> flags) {
    List<String> all = new ArrayList<>(flags);
    // Else somebody would be asked.
    all.add("--kafkaPartitions=4");
    all.add("--attachedMode=false");
    // The tables are not asked for: the graph is not run.
    return FlinkLaunch.of(all).graph();
  }
}
