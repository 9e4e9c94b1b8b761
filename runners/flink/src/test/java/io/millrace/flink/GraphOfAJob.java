package io.millrace.flink;

import io.millrace.pipeline.Launch;
import java.util.ArrayList;
import java.util.List;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.core.execution.JobClient;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.streaming.api.graph.StreamGraph;

/** What would be submitted to a cluster, with nobody asked and nothing run. */
final class GraphOfAJob {
  private GraphOfAJob() {}

  /** Takes a graph where it would be run. */
  @SuppressWarnings("try") // Flink's own close() may be interrupted
  private static final class Catcher extends StreamExecutionEnvironment {
    private StreamGraph caught;

    Catcher() {
      super(new Configuration());
    }

    void whileThere(Runnable action) {
      initializeContextEnvironment(configuration -> this);
      try {
        action.run();
      } finally {
        resetContextEnvironment();
      }
    }

    @Override
    public JobClient executeAsync(StreamGraph graph) {
      caught = graph;
      throw new CaughtException();
    }
  }

  private static final class CaughtException extends RuntimeException {
    private static final long serialVersionUID = 1L;
  }

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
    Launch launch = Launch.of(Launch.parse(FlinkDefaults.addTo(all)));
    Catcher catcher = new Catcher();
    catcher.whileThere(
        () -> {
          try {
            launch.startWithTablesAsTheyAre();
          } catch (RuntimeException e) {
            if (!isCaught(e)) {
              throw e;
            }
          }
        });
    if (catcher.caught == null) {
      throw new AssertionError("nothing was to be run");
    }
    return catcher.caught;
  }

  private static boolean isCaught(Throwable e) {
    return e instanceof CaughtException || (e.getCause() != null && isCaught(e.getCause()));
  }
}
