package io.millrace.flink;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.allOf;
import static org.hamcrest.Matchers.arrayWithSize;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.hasItem;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.millrace.options.StateSettings;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.apache.flink.api.common.eventtime.WatermarkStrategy;
import org.apache.flink.api.connector.source.lib.NumberSequenceSource;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.core.execution.JobClient;
import org.apache.flink.core.execution.SavepointFormatType;
import org.apache.flink.runtime.checkpoint.MasterTriggerRestoreHook;
import org.apache.flink.runtime.jobgraph.SavepointRestoreSettings;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.streaming.api.functions.sink.v2.DiscardingSink;
import org.apache.flink.util.ExceptionUtils;
import org.apache.flink.util.FlinkException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class KeepStateSettingsTest {
  private static final long LIMIT_SECONDS = 60;

  @TempDir private Path directory;

  private static StateSettings settings(int rollupShards) {
    return StateSettings.parse(
        "{\"--dedupShards\": \"64\", \"--rollupShards\": \"" + rollupShards + "\"}");
  }

  /** An endless job that counts slowly enough for a test. */
  private static JobClient start(StateSettings settings, String savepoint) throws Exception {
    Configuration configuration = new Configuration();
    if (!savepoint.isEmpty()) {
      SavepointRestoreSettings.toConfiguration(
          SavepointRestoreSettings.forPath(savepoint), configuration);
    }
    JobEnvironment environment =
        new JobEnvironment(
            StreamExecutionEnvironment.createLocalEnvironment(1, configuration), settings);
    environment.setParallelism(1);
    environment.enableCheckpointing(60_000);
    environment
        .fromSource(
            new NumberSequenceSource(0, Long.MAX_VALUE - 1),
            WatermarkStrategy.noWatermarks(),
            "numbers")
        .uid("numbers")
        .sinkTo(new DiscardingSink<>());
    return environment.executeAsync("counting");
  }

  /** Waits for its tasks, too: before, Flink refuses a savepoint. */
  private String stop(JobClient job) throws Exception {
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(LIMIT_SECONDS);
    while (true) {
      try {
        return job.stopWithSavepoint(
                false, directory.toUri().toString(), SavepointFormatType.CANONICAL)
            .get(LIMIT_SECONDS, TimeUnit.SECONDS);
      } catch (ExecutionException e) {
        if (System.nanoTime() - deadline > 0
            || !ExceptionUtils.findThrowableWithMessage(e, "not being executed").isPresent()) {
          throw e;
        }
      }
    }
  }

  private static String refusal(int rollupShards, String savepoint) {
    Throwable cause =
        assertThrows(FlinkException.class, () -> start(settings(rollupShards), savepoint));
    while (cause.getCause() != null) {
      cause = cause.getCause();
    }
    return cause.getMessage();
  }

  @Test
  void aJobWithOtherSettingsIsRefusedBeforeItRuns() throws Exception {
    String savepoint = stop(start(settings(4), ""));
    assertThat(
        refusal(3, savepoint),
        allOf(
            containsString(
                "this job cannot be restored from the savepoint: --rollupShards: `3`, but the"),
            containsString("the savepoint has `4`"),
            containsString("Keep `4`, or start a job without the savepoint")));

    // One that fits goes on, and its own savepoint keeps them.
    String next = stop(start(settings(4), savepoint));
    assertThat(refusal(5, next), containsString("--rollupShards: `5`"));
  }

  @Test
  void thePipelineHasTheStepWhereverItIsSubmitted() throws Exception {
    Path contract =
        Files.copy(
            Path.of("../../test-data/contracts/query-events.yaml"), directory.resolve("c.yaml"));
    FlinkLaunch launch =
        FlinkLaunch.of(
            List.of(
                "--input=kafka://127.0.0.1:1/events",
                "--output=clickhouse://127.0.0.1:1/telemetry",
                "--contract=" + contract,
                "--kafkaPartitions=2",
                "--flinkMaster=127.0.0.1:1",
                "--attachedMode=false"));
    assertThat(launch.steps(), hasItem(KeepStateSettings.NAME));
    MasterTriggerRestoreHook.Factory[] hooks =
        launch
            .graph()
            .getJobGraph()
            .getCheckpointingSettings()
            .getMasterHooks()
            .deserializeValue(getClass().getClassLoader());
    assertThat(hooks, arrayWithSize(1));
  }
}
