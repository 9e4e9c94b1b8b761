package io.millrace.resilience.sink;

import io.millrace.flink.FlinkDefaults;
import io.millrace.pipeline.Launch;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.apache.beam.sdk.PipelineResult;

/**
 * The whole pipeline on a Flink inside this JVM, with checkpoints, which reads on until it is
 * closed.
 */
final class FlinkRun implements AutoCloseable {
  private static final List<String> FLAGS =
      List.of(
          "--flinkMaster=[local]",
          "--streaming=true",
          "--parallelism=2",
          "--checkpointingInterval=5000",
          // While ClickHouse is away rows wait, and a checkpoint waits for the rows.
          "--checkpointTimeoutMillis=600000",
          "--numberOfExecutionRetries=3",
          "--executionRetryDelay=1000",
          // The job has no end: without this its start would not return.
          "--attachedMode=false");

  /** With the job its cluster ends, and then nobody can be asked any more. */
  private static final String ENDED =
      "the job on Flink has ended (JAVA_TOOL_OPTIONS=-Dmillrace.flink.log=INFO tells why)";

  private final PipelineResult result;

  private FlinkRun(PipelineResult result) {
    this.result = result;
  }

  /**
   * Starts a run.
   *
   * @param flags where from and where to
   * @param checkpoints where they are kept
   */
  static FlinkRun start(List<String> flags, Path checkpoints) {
    List<String> all = new ArrayList<>(flags);
    all.addAll(FLAGS);
    // In the job manager's memory, the default, a checkpoint of more than 5 MB a step fails, and
    // the job with it: some 40 000 identities.
    all.add("--stateBackend=filesystem");
    all.add("--stateBackendStoragePath=" + checkpoints.toUri());
    return new FlinkRun(Launch.of(Launch.parse(FlinkDefaults.addTo(all))).start());
  }

  /**
   * Fails if the job has ended, which it does not by itself.
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
      // That it was cancelled is what waiting for it tells.
    }
  }
}
