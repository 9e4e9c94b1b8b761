package io.millrace.flink;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.contains;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.empty;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.millrace.io.flags.ConfigException;
import io.millrace.options.MillraceOptions;
import java.util.ArrayList;
import java.util.List;
import org.apache.beam.runners.flink.FlinkPipelineOptions;
import org.apache.beam.sdk.options.PipelineOptionsFactory;
import org.junit.jupiter.api.Test;

class FlinkFlagProblemsTest {
  private static List<String> problems(String... flags) {
    PipelineOptionsFactory.register(MillraceOptions.class);
    return FlinkFlagProblems.of(
        PipelineOptionsFactory.fromArgs(FlinkDefaults.addTo(List.of(flags)))
            .as(FlinkPipelineOptions.class));
  }

  @Test
  void theDefaultsAreNone() {
    assertThat(problems(), empty());
  }

  @Test
  void aStreamWithoutCheckpointsIsRefusedWithTheReason() {
    assertThat(
        problems("--checkpointingInterval=-1"),
        contains(containsString("--checkpointingInterval: checkpoints are required")));
    assertThat(problems("--checkpointingInterval=0").size(), org.hamcrest.Matchers.is(1));
  }

  @Test
  void allAreToldAtOnce() {
    assertThat(
        problems(
            "--streaming=false",
            "--parallelism=200",
            "--checkpointingMode=AT_LEAST_ONCE",
            "--checkpointingInterval=-1"),
        contains(
            containsString("--streaming"),
            containsString("--checkpointingInterval"),
            containsString("--parallelism=200 exceeds --maxParallelism=128"),
            containsString("--checkpointingMode")));
  }

  @Test
  void aStateBackendThatCannotBeSetIsToldBeforeBeamTries() {
    assertThat(
        problems("--stateBackend=disk", "--stateBackendStoragePath=file:///state"),
        contains("--stateBackend: expected rocksdb or filesystem, found `disk`"));
    assertThat(
        problems("--stateBackend=filesystem"),
        contains(containsString("--stateBackend=filesystem needs --stateBackendStoragePath")));
    assertThat(
        problems("--stateBackend=filesystem", "--stateBackendStoragePath=file:///state"), empty());
    assertThat(
        problems("--stateBackend=rocksdb", "--stateBackendStoragePath=file:///state"),
        contains(containsString("state.backend.type: rocksdb")));
  }

  @Test
  void nothingIsAskedOfAnyServerBeforeTheyAreTold() {
    List<String> flags = new ArrayList<>();
    flags.add("--checkpointingInterval=-1");
    flags.add("--input=kafka://127.0.0.1:1/nowhere");
    ConfigException refused =
        assertThrows(ConfigException.class, () -> FlinkMain.submit(flags, System.out));
    assertThat(refused.problems(), contains(containsString("--checkpointingInterval")));
  }
}
