package io.millrace.resilience.sink;

import io.millrace.flink.FlinkDefaults;
import io.millrace.pipeline.Launch;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.apache.beam.sdk.PipelineResult;

/** The whole pipeline on an embedded Flink with checkpoints. It runs until closed. */
final class FlinkRun implements AutoCloseable {
  private static final List<String> FLAGS =
      List.of(
          "--flinkMaster=[local]",
          "--streaming=true",
          "--parallelism=2",
          "--checkpointingInterval=5000",
          // While ClickHouse is down, rows wait, and a checkpoint waits for the rows.
          "--checkpointTimeoutMillis=600000",
          "--numberOfExecutionRetries=3",
          "--executionRetryDelay=1000",
          // The job is unbounded, so an attached start would not return.
          "--attachedMode=false");

  /** The cluster ends with its job, so it cannot be queried for the reason. */
  private static final String ENDED =
      "the Flink job has ended (set JAVA_TOOL_OPTIONS=-Dmillrace.flink.log=INFO to log the reason)";

  private final PipelineResult result;

  private FlinkRun(PipelineResult result) {
    this.result = result;
  }

  /**
   * Starts a run.
   *
   * @param flags input, output and contract
   * @param checkpoints directory for checkpoints
   */
  static FlinkRun start(List<String> flags, Path checkpoints) {
    List<String> all = new ArrayList<>(flags);
    all.addAll(FLAGS);
    // The default, the JobManager's memory, fails at 5 MB per step: some 40,000 identities.
    all.add("--stateBackend=filesystem");
    all.add("--stateBackendStoragePath=" + checkpoints.toUri());
    return new FlinkRun(Launch.of(Launch.parse(FlinkDefaults.addTo(all))).start());
  }

  /**
   * Fails if the job has ended; an unbounded job ends only after a failure.
   *
   * @throws IllegalStateException with its state
   */
  void requireRunning() {
    PipelineResult.State state;
    try {
      state = result.getState();
    } catch (RuntimeException e) {
      throw new IllegalStateException(ENDED, e);
    }
    if (state.isTerminal()) {
      throw new IllegalStateException(ENDED + ": " + state);
    }
  }

  @Override
  public void close() {
    try {
      PipelineResult.State unused = result.cancel();
      result.waitUntilFinish();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (RuntimeException e) {
      // Waiting for a canceled job throws.
    }
  }
}
