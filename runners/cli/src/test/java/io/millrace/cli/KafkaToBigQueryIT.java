package io.millrace.cli;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.empty;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.greaterThan;
import static org.hamcrest.Matchers.hasSize;
import static org.hamcrest.Matchers.is;

import io.millrace.bigquery.BigQueryOutput;
import io.millrace.bigquery.BigQuerySink;
import io.millrace.bigquery.client.BigQueryConfig;
import io.millrace.contract.Contract;
import io.millrace.direct.DirectDefaults;
import io.millrace.event.Clock;
import io.millrace.event.DeadLetterFactory;
import io.millrace.event.Outcome;
import io.millrace.io.InFlightLimit;
import io.millrace.io.ReadTuning;
import io.millrace.local.LocalStack;
import io.millrace.local.SharedStack;
import io.millrace.options.MillraceOptions;
import io.millrace.options.RunConfig;
import io.millrace.options.Sinks;
import io.millrace.pipeline.Balance;
import io.millrace.pipeline.Launch;
import io.millrace.pipeline.TelemetryPipeline;
import io.millrace.testdata.GenerateRun;
import io.millrace.testdata.generate.GeneratorOptions;
import io.millrace.testdata.manifest.ManifestTotals;
import io.millrace.testdata.sink.RecordSink;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.apache.beam.sdk.Pipeline;
import org.apache.beam.sdk.PipelineResult;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * The generator's stream through a real Kafka and the whole pipeline into Beam's fake BigQuery, and
 * every event looked up there.
 */
class KafkaToBigQueryIT {
  private static final int RECORDS = 4_000;
  private static final String PROJECT = "test-project";
  private static final long LONGEST_MILLIS = 180_000;

  @TempDir private static Path directory;
  private static LocalStack stack;
  private static ManifestTotals sent;

  private static String topic() {
    return "kafka://" + stack.kafka().address() + "/to_bigquery";
  }

  private static Path manifest() {
    return directory.resolve("manifest.jsonl");
  }

  @BeforeAll
  static void generate() {
    stack = SharedStack.clean();
    try (RecordSink records = RecordSink.open(topic(), 3, Map.of())) {
      sent =
          new GenerateRun(
                  GeneratorOptions.builder()
                      .count(RECORDS)
                      .rate(0)
                      .seed(7)
                      .duplicates(0.1)
                      .late(0.05)
                      .errors(0.1)
                      .malformed(0.1)
                      .build(),
                  records)
              .manifest(manifest())
              .run()
              .totals();
    }
    assertThat(sent.balances(), is(true));
    for (io.millrace.testdata.manifest.Outcome outcome :
        io.millrace.testdata.manifest.Outcome.values()) {
      assertThat(outcome + " was sent", sent.of(outcome), greaterThan(50L));
    }
  }

  @ParameterizedTest
  @EnumSource(BigQueryConfig.Method.class)
  void everyEventIsWhereTheManifestSays(BigQueryConfig.Method method) throws Exception {
    String dataset = "kafka_" + method.name().toLowerCase(java.util.Locale.ROOT);
    FakeTables tables = new FakeTables(PROJECT, dataset);
    MillraceOptions options =
        Launch.parse(
            DirectDefaults.addTo(
                List.of(
                    "--input=" + topic(),
                    "--output=bigquery://" + PROJECT + "/" + dataset,
                    "--bigQueryMethod="
                        + method.name().toLowerCase(java.util.Locale.ROOT).replace('_', '-'),
                    "--bigQueryTriggeringFrequency=1s",
                    "--bigQueryStreams=2",
                    MillraceProcess.contract("query-events.yaml"))));
    RunConfig config = RunConfig.of(options);
    BigQueryConfig output = ((BigQueryOutput) config.targets().get(0).outputs().get(0)).config();
    assertThat(output.method(), is(method));
    Contract contract = config.readingContract();
    Clock clock = Clock.system();
    DeadLetterFactory deadLetters = DeadLetterFactory.of(contract, "test", clock);
    BigQuerySink sink =
        new BigQuerySink(
            output, contract, deadLetters, clock, tables.services(), () -> tables, true);
    assertThat(sink.check(), is(empty()));
    sink.prepare();
    Pipeline pipeline = Pipeline.create(options);
    TelemetryPipeline.build(
        pipeline,
        config.input().open(contract, clock, new ReadTuning(50, InFlightLimit.NONE, 0, false)),
        contract,
        Sinks.of(sink),
        deadLetters,
        new TelemetryPipeline.Spread(2, 256, 1),
        clock);
    PipelineResult result = pipeline.run();
    Balance balance;
    try {
      balance = await(result, tables);
    } finally {
      result.cancel();
    }
    assertThat(balance.equation(), balance.read(), is((long) RECORDS));
    assertThat(balance.equation(), balance.balances(), is(true));
    for (io.millrace.testdata.manifest.Outcome outcome :
        io.millrace.testdata.manifest.Outcome.values()) {
      assertThat(
          outcome.label(), balance.of(Outcome.valueOf(outcome.name())), equalTo(sent.of(outcome)));
    }
    assertThat(balance.audited(), is((long) RECORDS));
    assertThat(FakeTablesCheck.compare(tables, manifest()), is(empty()));
    assertThat(tables.rows("audit"), hasSize(RECORDS));
  }

  /** Until every record is accounted for, and what was acknowledged can be seen: it is flushed. */
  private static Balance await(PipelineResult result, FakeTables tables) throws Exception {
    long deadline = System.nanoTime() + Duration.ofMillis(LONGEST_MILLIS).toNanos();
    while (true) {
      PipelineResult.State state = result.waitUntilFinish(org.joda.time.Duration.millis(250));
      Balance balance = Balance.of(result);
      boolean done =
          balance.read() == RECORDS
              && balance.settled()
              && visible(tables) == 2L * RECORDS - duplicates();
      if (done || (state != null && state.isTerminal()) || System.nanoTime() - deadline > 0) {
        return balance;
      }
    }
  }

  private static long duplicates() {
    return sent.of(io.millrace.testdata.manifest.Outcome.DUPLICATE);
  }

  private static long visible(FakeTables tables) throws Exception {
    long rows = 0;
    for (String table :
        List.of("sink_output", "error_events", "late_events", "dead_letters", "audit")) {
      rows += tables.count(table);
    }
    return rows;
  }
}
