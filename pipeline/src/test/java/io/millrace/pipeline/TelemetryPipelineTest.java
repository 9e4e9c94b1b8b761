package io.millrace.pipeline;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.hasItem;
import static org.hamcrest.Matchers.is;
import static org.hamcrest.Matchers.not;
import static org.hamcrest.Matchers.startsWith;

import io.millrace.contract.Contract;
import io.millrace.contract.yaml.ContractLoader;
import io.millrace.deadletter.DeadLetterOutputs;
import io.millrace.event.DeadLetterCode;
import io.millrace.event.DeadLetterFactory;
import io.millrace.event.Outcome;
import io.millrace.event.SourceRecord;
import io.millrace.event.SourceRecordCoder;
import io.millrace.io.CatchUp;
import io.millrace.io.Source;
import io.millrace.options.Sinks;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.beam.sdk.Pipeline;
import org.apache.beam.sdk.PipelineResult;
import org.apache.beam.sdk.runners.TransformHierarchy;
import org.apache.beam.sdk.testing.TestPipeline;
import org.apache.beam.sdk.testing.TestPipelineExtension;
import org.apache.beam.sdk.transforms.Create;
import org.apache.beam.sdk.transforms.PTransform;
import org.apache.beam.sdk.values.PBegin;
import org.apache.beam.sdk.values.PCollection;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(TestPipelineExtension.class)
class TelemetryPipelineTest {
  private static final long NOON = 1_772_366_400_000L;
  private static final long UNKNOWN = Long.MIN_VALUE / 1000;

  private final List<SourceRecord> records = new ArrayList<>();

  private static Contract contract() throws IOException {
    return contract("");
  }

  private static Contract contract(String more) throws IOException {
    try (InputStream yaml =
        TelemetryPipelineTest.class.getResourceAsStream("/contracts/query-events.yaml")) {
      return ContractLoader.parse(
          new String(yaml.readAllBytes(), StandardCharsets.UTF_8) + more, "query-events.yaml");
    }
  }

  private void record(String value, long arrivalWatermark) {
    records.add(
        new SourceRecord(
            "topic",
            0,
            records.size(),
            null,
            value.getBytes(StandardCharsets.UTF_8),
            List.of(),
            NOON,
            arrivalWatermark));
  }

  private static String event(String id, String metadata) {
    return "{\"query_id\":\""
        + id
        + "\",\"event_type\":\"query_started\",\"timestamp\":\"2026-03-01T12:00:00Z\","
        + "\"metadata\":{"
        + metadata
        + "}}";
  }

  private static Source of(List<SourceRecord> records) {
    return new Source() {
      @Override
      public String address() {
        return "memory";
      }

      @Override
      public List<String> check() {
        return List.of();
      }

      @Override
      public CatchUp catchUp() {
        return CatchUp.ENDS_BY_ITSELF;
      }

      @Override
      public PTransform<PBegin, PCollection<SourceRecord>> read() {
        return Create.of(records).withCoder(SourceRecordCoder.of());
      }
    };
  }

  @Test
  void everyRecordEndsInExactlyOneOutcome(TestPipeline pipeline) throws IOException {
    record(event("a", ""), UNKNOWN);
    record(event("b", "\"error\":null"), UNKNOWN);
    record(event("c", "\"error\":\"disk full\""), UNKNOWN);
    record(event("a", ""), UNKNOWN);
    record(event("c", "\"error\":\"disk full\""), UNKNOWN);
    record("not json", UNKNOWN);
    record("", UNKNOWN);
    // An hour and a minute after its bucket began, to the millisecond.
    record(event("d", "\"error\":\"x\""), NOON + 61 * 60_000);
    record(event("e", ""), NOON + 61 * 60_000 - 1);
    record(event(RefusingSink.REFUSED_ID, ""), UNKNOWN);
    // Before deduplication: neither is a duplicate, and neither is late.
    record(event("f", "\"database\":\"probe\""), UNKNOWN);
    record(event("f", "\"database\":\"probe\""), NOON + 61 * 60_000);
    Contract contract = contract("\nfilter: {probes: database_name == 'probe'}\n");

    TelemetryPipeline.build(
        pipeline,
        of(records),
        contract,
        Sinks.of(new RefusingSink(DeadLetterFactory.of(contract, "test", () -> NOON))),
        DeadLetterFactory.of(contract, "test", () -> NOON),
        new TelemetryPipeline.Spread(2, 8, 2),
        () -> NOON);
    PipelineResult result = pipeline.run();
    result.waitUntilFinish();

    Balance balance = Balance.of(result);
    assertThat(balance.read(), equalTo(12L));
    assertThat(
        balance.outcomes(),
        equalTo(
            Map.of(
                Outcome.ACCEPTED, 3L,
                Outcome.ERROR, 1L,
                Outcome.DUPLICATE, 2L,
                Outcome.LATE, 1L,
                Outcome.FILTERED, 2L,
                Outcome.DEAD, 3L)));
    assertThat(balance.balances(), is(true));
    assertThat(balance.counters().get("filtered_by_probes"), equalTo(2L));
    assertThat(
        balance.counters().get(RefusingSink.WRITTEN_WITH_CODE + DeadLetterCode.REFUSED_BY_SINK),
        equalTo(1L));
    assertThat(
        balance.counters().get(RefusingSink.WRITTEN_WITH_CODE + DeadLetterCode.MALFORMED_JSON),
        equalTo(1L));
    assertThat(
        balance.counters().get(RefusingSink.WRITTEN_WITH_CODE + DeadLetterCode.EMPTY), equalTo(1L));
  }

  @Test
  void eachSinkAccountsForItselfAndDeadLettersAreSentOnce(TestPipeline pipeline)
      throws IOException {
    record(event("a", ""), UNKNOWN);
    record(event("b", ""), UNKNOWN);
    record(event("c", "\"error\":\"disk full\""), UNKNOWN);
    record(event("a", ""), UNKNOWN);
    record("not json", UNKNOWN);
    record("", UNKNOWN);
    DeadLetterFactory factory = DeadLetterFactory.of(contract(), "test", () -> NOON);
    TelemetryPipeline.build(
        pipeline,
        of(records),
        contract(),
        Sinks.of(List.of(new RefusingSink(factory, "a"), new RefusingSink(factory, "nothing")))
            .withDeadLetters(new DeadLetterOutputs(true, List.of(new CountingOutput()))),
        factory,
        new TelemetryPipeline.Spread(2, 8, 2),
        () -> NOON);
    PipelineResult result = pipeline.run();
    result.waitUntilFinish();

    Map<String, Balance> balances = Balance.bySink(result, List.of("test", "test-2", "none"));
    Balance refusing = balances.get("test");
    Balance taking = balances.get("test-2");
    assertThat(refusing.balances(), is(true));
    assertThat(taking.balances(), is(true));
    assertThat(refusing.read(), equalTo(6L));
    assertThat(taking.read(), equalTo(6L));
    assertThat(refusing.of(Outcome.ACCEPTED), equalTo(1L));
    assertThat(refusing.of(Outcome.DEAD), equalTo(3L));
    assertThat(taking.of(Outcome.ACCEPTED), equalTo(2L));
    assertThat(taking.of(Outcome.DEAD), equalTo(2L));
    assertThat(taking.of(Outcome.DUPLICATE), equalTo(1L));
    // A sink that has counted nothing has nothing but what is counted before the sinks.
    assertThat(balances.get("none").inFlight(), equalTo(5L));
    assertThat(Balance.furthestBehind(balances.values()), is(balances.get("none")));
    // What is dead for all is sent once, and what a sink refuses under the sink's name.
    Map<String, Long> sent = Balance.of(result).counters();
    assertThat(sent.get(CountingOutput.SENT), equalTo(2L));
    assertThat(sent.get(CountingOutput.SENT + "test"), equalTo(1L));
    assertThat(sent.containsKey(CountingOutput.SENT + "test-2"), is(false));
  }

  /** No step, no table and no outcome of the errors that the contract does not declare. */
  @Test
  void theShortestContractHasNoStepForErrors(TestPipeline pipeline) {
    Contract shortest =
        ContractLoader.parse(
            """
            contract: web-visits
            fields:
              query_id: {path: id, type: string, required: true}
              at: {type: timestamp, required: true}
            event_time: {field: at}
            identity: [query_id, at]
            """,
            "web-visits.yaml");
    record("{\"id\":\"a\",\"at\":\"2026-03-01T12:00:00Z\",\"error\":\"no\"}", UNKNOWN);
    record("{\"id\":\"b\",\"at\":\"2026-03-01T12:00:00Z\"}", UNKNOWN);
    record("{\"id\":\"a\",\"at\":\"2026-03-01T12:00:00Z\"}", UNKNOWN);
    record("{\"id\":\"late\",\"at\":\"2026-03-01T12:00:00Z\"}", NOON + 61 * 60_000);
    record("{}", UNKNOWN);
    DeadLetterFactory factory = DeadLetterFactory.of(shortest, "test", () -> NOON);
    TelemetryPipeline.build(
        pipeline,
        of(records),
        shortest,
        Sinks.of(new RefusingSink(factory)),
        factory,
        new TelemetryPipeline.Spread(2, 8, 2),
        () -> NOON);
    List<String> steps = new ArrayList<>();
    pipeline.traverseTopologically(
        new Pipeline.PipelineVisitor.Defaults() {
          @Override
          public void visitPrimitiveTransform(TransformHierarchy.Node node) {
            steps.add(node.getFullName());
          }
        });
    PipelineResult result = pipeline.run();
    result.waitUntilFinish();

    assertThat(steps, hasItem(startsWith("DeduplicateEvents/")));
    assertThat(steps, hasItem(startsWith("WriteOutcomes/test/Write/accepted")));
    assertThat(steps, not(hasItem(startsWith("TagErrors"))));
    assertThat(steps, not(hasItem(startsWith("WriteOutcomes/test/Write/error"))));
    Balance balance = Balance.of(result);
    assertThat(balance.balances(), is(true));
    assertThat(balance.of(Outcome.ACCEPTED), equalTo(2L));
    assertThat(balance.of(Outcome.ERROR), equalTo(0L));
    assertThat(balance.of(Outcome.DUPLICATE), equalTo(1L));
    assertThat(balance.of(Outcome.LATE), equalTo(1L));
    assertThat(balance.of(Outcome.DEAD), equalTo(1L));
  }
}
