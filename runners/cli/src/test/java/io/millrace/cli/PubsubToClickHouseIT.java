package io.millrace.cli;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.anEmptyMap;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.greaterThan;
import static org.hamcrest.Matchers.is;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.millrace.clickhouse.client.ClickHouseConfig;
import io.millrace.direct.DirectDefaults;
import io.millrace.direct.DirectPipeline;
import io.millrace.event.Outcome;
import io.millrace.local.LocalStack;
import io.millrace.local.SharedStack;
import io.millrace.local.pubsub.LocalPubsub;
import io.millrace.local.pubsub.PubsubRest;
import io.millrace.pipeline.Balance;
import io.millrace.pipeline.Launch;
import io.millrace.testdata.GenerateRun;
import io.millrace.testdata.generate.GeneratorOptions;
import io.millrace.testdata.manifest.ManifestTotals;
import io.millrace.testdata.sink.PubsubRecordSink;
import io.millrace.verify.StreamCheck;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The generator's stream through a real Pub/Sub emulator into the real ClickHouse engine. */
class PubsubToClickHouseIT {
  private static final String PROJECT = "test-project";
  private static final int RECORDS = 1_000;
  private static final Duration LONGEST = Duration.ofMinutes(3);

  @TempDir private static Path directory;
  private static LocalPubsub pubsub;
  private static LocalStack stack;

  @BeforeAll
  static void start() {
    LocalPubsub.whyTestsCannotRun().ifPresent(Assumptions::abort);
    pubsub = LocalPubsub.start(directory.resolve("pubsub"));
    stack = SharedStack.clean();
  }

  @AfterAll
  static void stop() {
    if (pubsub != null) {
      pubsub.close();
    }
  }

  private static ManifestTotals generate(String topic, Path manifest) {
    return generate(topic, manifest, 42);
  }

  private static ManifestTotals generate(String topic, Path manifest, int seed) {
    GeneratorOptions options =
        GeneratorOptions.builder()
            .count(RECORDS)
            .seed(seed)
            .duplicates(0.1)
            .late(0.05)
            .errors(0.1)
            .malformed(0.1)
            .build();
    try (PubsubRecordSink sink =
        PubsubRecordSink.atEmulator("pubsub://" + PROJECT + "/" + topic, pubsub.address())) {
      return new GenerateRun(options, sink).manifest(manifest).run().totals();
    }
  }

  private static List<String> flags(String subscription, String database) {
    return List.of(
        "--input=pubsub://" + PROJECT + "/" + subscription,
        "--pubsubEmulator=" + pubsub.address(),
        "--output=clickhouse" + stack.clickHouse().address().substring(4) + "/" + database,
        MillraceProcess.contract("query-events.yaml"));
  }

  private static Balance run(String subscription, String database, long records, String... more) {
    List<String> flags = new ArrayList<>(flags(subscription, database));
    flags.addAll(Arrays.asList(more));
    Launch launch = Launch.of(Launch.parse(DirectDefaults.addTo(flags)));
    assertThat(launch.problems(), is(List.of()));
    DirectPipeline running = DirectPipeline.start(launch);
    try {
      long deadline = System.nanoTime() + LONGEST.toNanos();
      running.await(b -> (b.read() >= records && b.settled()) || System.nanoTime() - deadline > 0);
      // What is read more than once would come now.
      return running.finish(Duration.ofSeconds(20));
    } finally {
      running.cancel();
    }
  }

  private static StreamCheck check(String database, Path manifest) {
    return StreamCheck.of(
        ClickHouseConfig.of(stack.clickHouse().address(), database),
        MillraceProcess.root().resolve("test-data/contracts/query-events.yaml"),
        List.of(manifest));
  }

  private static Map<Outcome, Long> truth(ManifestTotals totals) {
    Map<Outcome, Long> truth = new EnumMap<>(Outcome.class);
    truth.put(Outcome.FILTERED, 0L);
    for (io.millrace.testdata.manifest.Outcome outcome :
        io.millrace.testdata.manifest.Outcome.values()) {
      truth.put(Outcome.valueOf(outcome.name()), totals.of(outcome));
    }
    return truth;
  }

  private static void assertTrueTo(ManifestTotals totals, Balance balance, StreamCheck check) {
    for (io.millrace.testdata.manifest.Outcome outcome :
        io.millrace.testdata.manifest.Outcome.values()) {
      assertThat(outcome.label(), totals.of(outcome), greaterThan(0L));
    }
    assertThat(balance.equation(), balance.outcomes(), equalTo(truth(totals)));
    assertThat(balance.equation(), balance.read(), equalTo((long) RECORDS));
    assertThat(check.examples().toString(), check.differences(), anEmptyMap());
    assertThat(check.audited().outcomes(), equalTo(truth(totals)));
    assertThat(check.audits(), is(true));
  }

  @Test
  void everyEventEndsWhereTheManifestSays() {
    Path manifest = directory.resolve("manifest.jsonl");
    ManifestTotals totals = generate("events", manifest);
    Balance balance =
        run(
            "events",
            "pubsub_in",
            RECORDS,
            "--pubsubTimestampAttribute=" + PubsubRecordSink.TIMESTAMP);
    assertTrueTo(totals, balance, check("pubsub_in", manifest));
  }

  /** A subscriber that takes half of the messages, does nothing and gives up. */
  @Test
  void messagesThatAreDeliveredAgainCountOnce() {
    Path manifest = directory.resolve("manifest-again.jsonl");
    ManifestTotals totals = generate("again", manifest);
    PubsubRest rest = pubsub.rest();
    List<String> taken = new ArrayList<>();
    long deadline = System.nanoTime() + Duration.ofSeconds(60).toNanos();
    while (taken.size() < RECORDS / 2) {
      assertThat("in time", System.nanoTime() < deadline);
      taken.addAll(
          rest.pull(PROJECT, "again", 500).stream()
              .map(PubsubRest.Delivered::ackId)
              .collect(Collectors.toList()));
    }
    rest.modifyAckDeadline(PROJECT, "again", taken, 0);
    Balance balance =
        run(
            "again",
            "pubsub_again",
            RECORDS,
            "--pubsubTimestampAttribute=" + PubsubRecordSink.TIMESTAMP);
    assertTrueTo(totals, balance, check("pubsub_again", manifest));
  }

  @Test
  void aRunWithStateContinuesWhereTheLastOneWas() throws Exception {
    List<String> args = new ArrayList<>(List.of("run", "--json", "--parallelism=2"));
    args.add("--state=" + directory.resolve("state"));
    args.add("--checkpointingInterval=1000");
    args.addAll(flags("kept", "pubsub_kept"));
    for (int run = 1; run <= 2; run++) {
      long all = (long) run * RECORDS;
      ManifestTotals unused = generate("kept", directory.resolve("kept-" + run), run);
      try (RunningCommand running = new RunningCommand(args.toArray(String[]::new))) {
        running.await(
            "an outcome of each message",
            () -> TableRows.count(stack, "pubsub_kept.audit_exact") == all);
        MillraceProcess.Result stopped = running.stop();
        assertThat(
            stopped.err(),
            stopped.err(),
            containsString(run == 1 ? "none yet" : "continues from the savepoint of"));
        JsonNode balance = new ObjectMapper().readTree(stopped.out());
        assertThat(stopped.out(), balance.path("balanced").asBoolean());
      }
      assertThat(TableRows.count(stack, "pubsub_kept.audit_exact"), is(all));
    }
  }
}
