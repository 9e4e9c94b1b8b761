package io.millrace.flink;

import java.util.Arrays;
import java.util.List;
import org.apache.beam.runners.flink.FlinkPipelineOptions;
import org.apache.beam.sdk.options.PipelineOptionsFactory;

/**
 * An embedded Flink for tests and benchmarks. It lives for one streaming run, with parallelism 1
 * and state on the heap, without checkpoints and restarts.
 */
public final class LocalFlink {
  private LocalFlink() {}

  /**
   * Options of one run, with {@link FlinkDefaults}.
   *
   * @param flags of Beam and its Flink runner, each as {@code --name=value}; they override the
   *     defaults
   * @throws IllegalArgumentException if a flag is unknown or its value has the wrong type
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
