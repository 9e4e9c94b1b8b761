package io.millrace.flink;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.arrayContaining;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.hasItemInArray;
import static org.hamcrest.Matchers.not;

import java.util.ArrayList;
import java.util.List;
import org.apache.beam.runners.flink.FlinkPipelineOptions;
import org.apache.flink.streaming.api.environment.CheckpointConfig;
import org.apache.flink.streaming.api.graph.StreamGraph;
import org.junit.jupiter.api.Test;

class FlinkDefaultsTest {
  @Test
  void addsWhatIsMissing() {
    String[] flags = FlinkDefaults.addTo(List.of("--input=kafka://localhost:9092/events"));
    assertThat(flags[0], equalTo("--input=kafka://localhost:9092/events"));
    assertThat(flags, hasItemInArray("--runner=FlinkRunner"));
    assertThat(flags, hasItemInArray("--fasterCopy=true"));
    assertThat(flags, hasItemInArray("--dedupShards=" + FlinkDefaults.DEDUP_SHARDS));
    assertThat(flags, hasItemInArray("--dedupSlots=" + FlinkDefaults.DEDUP_SLOTS));
  }

  @Test
  void leavesWhatIsGiven() {
    String[] flags =
        FlinkDefaults.addTo(
            List.of("--runner=FlinkRunner", "--maxBundleSize=5", "--dedupShards=1"));
    assertThat(flags, hasItemInArray("--maxBundleSize=5"));
    assertThat(flags, not(hasItemInArray("--maxBundleSize=20000")));
    assertThat(flags, not(hasItemInArray("--dedupShards=" + FlinkDefaults.DEDUP_SHARDS)));
    assertThat(flags, hasItemInArray("--maxBundleTimeMills=1000"));
  }

  @Test
  void leavesAnotherRunnersFlagsAlone() {
    assertThat(
        FlinkDefaults.addTo(List.of("--runner=DirectRunner")),
        arrayContaining("--runner=DirectRunner"));
  }

  @Test
  void theRunnerKnowsItsFlags() {
    FlinkPipelineOptions options = LocalFlink.options();
    assertThat(options.getFasterCopy(), equalTo(true));
    assertThat(options.getMaxBundleSize(), equalTo(20_000L));
    assertThat(options.getMaxBundleTimeMills(), equalTo(1_000L));
    assertThat(options.getAutoWatermarkInterval(), equalTo(100L));
    assertThat(options.getObjectReuse(), equalTo(true));
  }

  @Test
  void checkpointsThatExpireWhileASinkIsDownDoNotRestartTheJob() {
    CheckpointConfig checkpoints = graph().getCheckpointConfig();
    assertThat(checkpoints.getTolerableCheckpointFailureNumber(), equalTo(Integer.MAX_VALUE));
    assertThat(checkpoints.getCheckpointTimeout(), equalTo(600_000L));
    assertThat(checkpoints.getMaxConcurrentCheckpoints(), equalTo(1));
  }

  @Test
  void whoWantsTheJobToFailWithItsCheckpointsSaysSo() {
    assertThat(
        graph("--failOnCheckpointingErrors=true")
            .getCheckpointConfig()
            .getTolerableCheckpointFailureNumber(),
        equalTo(0));
  }

  private static StreamGraph graph(String... more) {
    List<String> flags =
        new ArrayList<>(
            List.of(
                "--input=kafka://127.0.0.1:1/events",
                "--output=clickhouse://127.0.0.1:1/telemetry",
                "--contract=../../test-data/contracts/query-events.yaml"));
    flags.addAll(List.of(more));
    return GraphOfAJob.of(flags);
  }
}
