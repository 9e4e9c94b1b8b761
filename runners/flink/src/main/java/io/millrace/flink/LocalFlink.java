package io.millrace.flink;

import java.util.Arrays;
import java.util.List;
import org.apache.beam.runners.flink.FlinkPipelineOptions;
import org.apache.beam.sdk.options.PipelineOptionsFactory;

/**
 * A Flink inside this JVM, for tests and measurements: started for one run and stopped at its end,
 * streaming, one subtask a step, state on the heap, no checkpoints, and so no restarts.
 */
public final class LocalFlink {
  private LocalFlink() {}

  /**
   * Options of one run, with {@link FlinkDefaults}.
   *
   * @param flags of Beam and its Flink runner, each as {@code --name=value}; they go before the
   *     defaults
   * @throws IllegalArgumentException if there is no such flag or its value is of the wrong kind
   */
  public static FlinkPipelineOptions options(String... flags) {
    String[] runners =
        Arrays.stream(FlinkDefaults.addTo(List.of(flags)))
            .filter(flag -> !FlinkDefaults.isMillraces(flag))
            .toArray(String[]::new);
    FlinkPipelineOptions options =
        PipelineOptionsFactory.fromArgs(runners).as(FlinkPipelineOptions.class);
    options.setFlinkMaster("[local]");
    options.setParallelism(1);
    options.setStreaming(true);
    options.setCheckpointingInterval(-1L);
    return options;
  }
}
