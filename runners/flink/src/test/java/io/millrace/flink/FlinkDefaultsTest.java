package io.millrace.flink;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.arrayContaining;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.hasItemInArray;
import static org.hamcrest.Matchers.not;

import java.util.List;
import org.apache.beam.runners.flink.FlinkPipelineOptions;
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
}
