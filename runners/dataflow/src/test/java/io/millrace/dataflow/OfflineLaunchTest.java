package io.millrace.dataflow;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.empty;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.greaterThan;
import static org.hamcrest.Matchers.hasItem;
import static org.hamcrest.Matchers.hasItems;
import static org.hamcrest.Matchers.instanceOf;
import static org.hamcrest.Matchers.is;
import static org.hamcrest.Matchers.not;
import static org.hamcrest.Matchers.startsWith;

import com.fasterxml.jackson.databind.JsonNode;
import io.millrace.dataflow.DryRuns.Graphs;
import io.millrace.dataflow.JobGraph.Step;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.apache.beam.sdk.transforms.windowing.GlobalWindows;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The job that Dataflow would be sent, for each source with each sink, made without Google. */
@ExtendWith(DryRuns.class)
class OfflineLaunchTest {
  private final Graphs graphs;

  OfflineLaunchTest(Graphs graphs) {
    this.graphs = graphs;
  }

  @Test
  void asksNobody() {
    assertThat(graphs.asked(), is(empty()));
  }

  @Test
  void doesNotAskKafkaForItsPartitions() throws IOException {
    List<String> flags = new ArrayList<>(Pair.KAFKA_CLICKHOUSE.flags());
    flags.removeIf(flag -> flag.startsWith("--kafkaPartitions="));
    assertThat(DryRuns.graph(flags).steps().get(0).text("format"), is("custom_source"));
  }

  @ParameterizedTest
  @MethodSource("io.millrace.dataflow.Pair#all")
  void isAStreamingJobOnStreamingEngineAndNotOnRunnerV2(Pair pair) {
    JsonNode environment = graphs.of(pair).environment();
    assertThat(environment.at("/version/job_type").asText(), is("STREAMING"));
    List<String> experiments = new ArrayList<>();
    environment.path("experiments").forEach(name -> experiments.add(name.asText()));
    assertThat(
        experiments,
        hasItems("enable_streaming_engine", "enable_windmill_service", "disable_runner_v2"));
    assertThat(experiments, not(hasItem("use_runner_v2")));
    JsonNode pool = environment.path("workerPools").path(0);
    assertThat(
        pool.at("/autoscalingSettings/algorithm").asText(), is("AUTOSCALING_ALGORITHM_BASIC"));
    assertThat(pool.at("/autoscalingSettings/maxNumWorkers").asInt(), is(4));
  }

  @ParameterizedTest
  @MethodSource("io.millrace.dataflow.Pair#all")
  void hasTheGraphsSteps(Pair pair) {
    List<String> names = graphs.of(pair).steps().stream().map(Step::name).toList();
    assertThat(
        names,
        hasItems(
            "ReadRecords/ToSourceRecord",
            "DecodeEvents/Decode",
            "DeduplicateEvents/JudgeLateness",
            "DeduplicateEvents/RememberIdentities",
            "TagErrors/Tag",
            "RollUpMetrics/AggregateBundles",
            "RollUpMetrics/AggregateWindows"));
    String sink = pair.writesBigQuery() ? "bigquery" : "clickhouse";
    assertThat(names, hasItem(startsWith("WriteOutcomes/" + sink + "/Write/")));
    assertThat(names, hasItem(startsWith("WriteOutcomes/" + sink + "/WriteRefused/")));
  }

  @ParameterizedTest
  @MethodSource("io.millrace.dataflow.Pair#all")
  void keepsStateWhereItMust(Pair pair) {
    JobGraph graph = graphs.of(pair);
    List<String> stateful =
        graph.steps().stream().filter(Step::isStateful).map(Step::name).toList();
    assertThat(
        stateful,
        hasItems("DeduplicateEvents/RememberIdentities", "RollUpMetrics/AggregateWindows"));
    assertThat(
        graph.step("DeduplicateEvents/RememberIdentities").signature().stateDeclarations().keySet(),
        hasItem("identities"));
    for (String name : stateful) {
      // State in a window of its own would hold back everything below by the allowed lateness; and
      // windows that merge are not for Dataflow.
      if (name.startsWith("DeduplicateEvents") || name.startsWith("RollUpMetrics")) {
        assertThat(
            name,
            graph.step(name).info().getWindowingStrategy().getWindowFn(),
            instanceOf(GlobalWindows.class));
      }
    }
  }

  @ParameterizedTest
  @MethodSource("io.millrace.dataflow.Pair#all")
  void readsFromTheSource(Pair pair) {
    Step read = graphs.of(pair).steps().get(0);
    assertThat(read.kind(), is("ParallelRead"));
    if (pair.readsPubsub()) {
      assertThat(read.text("format"), is("pubsub"));
      assertThat(
          read.text("pubsub_subscription"),
          containsString("/subscriptions/my-project/query-events"));
      assertThat(read.text("pubsub_id_label"), is("event_id"));
      assertThat(read.text("pubsub_timestamp_label"), is("sent_at"));
      assertThat(read.text("pubsub_serialized_attributes_fn"), is(not("")));
    } else {
      assertThat(read.text("format"), is("custom_source"));
    }
  }

  /** Without it, the next test would also hold if nothing was ever unpacked. */
  @Test
  void whatStandsInAStepIsFound() throws IOException {
    List<String> flags = new ArrayList<>(Pair.KAFKA_CLICKHOUSE.flags());
    flags.remove(Pair.Flags.USER);
    flags.add("--clickHouseUser=user-to-be-found");
    long places =
        DryRuns.graph(flags).contents().stream()
            .skip(1)
            .filter(
                content ->
                    new String(content, StandardCharsets.ISO_8859_1).contains("user-to-be-found"))
            .count();
    assertThat(places, is(greaterThan(5L)));
  }

  @ParameterizedTest
  @MethodSource("io.millrace.dataflow.Pair#all")
  void holdsReferencesAndNoSecrets(Pair pair) {
    // What a reference stands for is known to nobody here; what this process has is.
    List<String> own =
        System.getenv().entrySet().stream()
            .filter(entry -> entry.getKey().startsWith("MILLRACE_TEST_SECRET"))
            .map(java.util.Map.Entry::getValue)
            .toList();
    assertThat("the build sets a variable to look for", own.size(), is(1));
    for (byte[] content : graphs.of(pair).contents()) {
      String text = new String(content, StandardCharsets.ISO_8859_1);
      assertThat(text, not(containsString(own.get(0))));
    }
    if (!pair.writesBigQuery()) {
      assertThat(
          graphs
              .of(pair)
              .environment()
              .at("/sdkPipelineOptions/options/clickHousePassword")
              .asText(),
          equalTo(Pair.Flags.SECRET));
    }
  }
}
