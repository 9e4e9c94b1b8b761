package io.millrace.transforms;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.allOf;
import static org.hamcrest.Matchers.greaterThan;
import static org.hamcrest.Matchers.is;
import static org.hamcrest.Matchers.lessThan;

import io.millrace.contract.Contract;
import io.millrace.contract.yaml.ContractLoader;
import io.millrace.event.Event;
import io.millrace.event.PipelineMetrics;
import io.millrace.event.SourceRecord;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.beam.sdk.PipelineResult;
import org.apache.beam.sdk.metrics.MetricNameFilter;
import org.apache.beam.sdk.metrics.MetricsFilter;
import org.apache.beam.sdk.testing.PAssert;
import org.apache.beam.sdk.testing.TestPipeline;
import org.apache.beam.sdk.testing.TestPipelineExtension;
import org.apache.beam.sdk.transforms.MapElements;
import org.apache.beam.sdk.values.PCollection;
import org.apache.beam.sdk.values.PCollectionTuple;
import org.apache.beam.sdk.values.TypeDescriptors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** The filter rules of a contract turn events away while they are decoded. */
@ExtendWith(TestPipelineExtension.class)
class FilterEventsTest {
  private static Contract contract(String more) {
    return ContractLoader.parse(
        """
        contract: c
        version: 1
        fields:
          at: {type: timestamp, format: epoch_s, required: true}
          id: {type: int64, required: true}
          kind: {type: string}
          size: {type: int32}
        event_time: {field: at}
        identity: [at, id]
        unknown_fields: {column: extra, as: json}
        tables: {normal: {name: t}}
        """
            + more,
        "c.yaml");
  }

  private static SourceRecord record(int offset, String json) {
    return new SourceRecord("t", 0, offset, null, json.getBytes(UTF_8), List.of(), 0, 0);
  }

  private static PCollection<String> places(String name, PCollection<Event> events) {
    return events.apply(
        name,
        MapElements.into(TypeDescriptors.strings())
            .via(
                (Event event) ->
                    event.origin().offset()
                        + (event.origin().elementNumber() > 0
                            ? "." + event.origin().elementNumber()
                            : "")));
  }

  private static Map<String, Long> counters(PipelineResult result) {
    Map<String, Long> counters = new TreeMap<>();
    result
        .metrics()
        .queryMetrics(
            MetricsFilter.builder()
                .addNameFilter(MetricNameFilter.inNamespace(PipelineMetrics.NAMESPACE))
                .build())
        .getCounters()
        .forEach(counter -> counters.put(counter.getName().getName(), counter.getAttempted()));
    return counters;
  }

  @Test
  void theFirstRuleThatAppliesCounts(TestPipeline pipeline) {
    PCollectionTuple decoded =
        DecodingStep.of(
            pipeline,
            contract(
                """
                filter:
                  pings: kind == 'ping'
                  large: {when: size > 10, on_error: null}
                  kinds: {when: "kind.startsWith('p')", on_error: filtered}
                """),
            List.of(
                record(0, "{\"at\": 1, \"id\": 0, \"kind\": \"ping\", \"size\": 99}"),
                record(1, "{\"at\": 1, \"id\": 1, \"kind\": \"x\", \"size\": 99}"),
                record(2, "{\"at\": 1, \"id\": 2, \"kind\": \"x\"}"),
                record(3, "{\"at\": 1, \"id\": 3, \"size\": 1}"),
                record(4, "{\"at\": 1, \"id\": 4, \"kind\": \"ping\"}"),
                record(5, "{\"at\": 1, \"id\": \"none\", \"kind\": \"ping\"}")));
    PAssert.that(places("Events", decoded.get(DecodeEvents.EVENTS))).containsInAnyOrder("2");
    PAssert.that(places("Filtered", DecodingStep.filtered(decoded)))
        .containsInAnyOrder("0", "1", "3", "4");
    PAssert.that(DecodingStep.letters(decoded)).satisfies(FilterEventsTest::onlyTheInvalidRecord);

    PipelineResult result = pipeline.run();
    result.waitUntilFinish();

    assertThat(
        counters(result),
        is(
            Map.of(
                "read", 6L,
                "dead_with_wrong_type", 1L,
                "filtered", 4L,
                "filtered_by_pings", 2L,
                "filtered_by_large", 1L,
                "filtered_by_kinds", 1L)));
  }

  private static Void onlyTheInvalidRecord(Iterable<String> letters) {
    List<String> all = new ArrayList<>();
    letters.forEach(all::add);
    assertThat(all, is(List.of("5 wrong_type id: expected an integer of 64 bits, found a string")));
    return null;
  }

  @Test
  void aRuleThatFailsMakesADeadLetterIfItSaysSo(TestPipeline pipeline) {
    PCollectionTuple decoded =
        DecodingStep.of(
            pipeline,
            contract("filter: {large: {when: size > 10, on_error: dead}}"),
            List.of(
                record(0, "{\"at\": 1, \"id\": 0, \"size\": 99}"),
                record(1, "{\"at\": 1, \"id\": 1}")));
    PAssert.that(places("Events", decoded.get(DecodeEvents.EVENTS))).empty();
    PAssert.that(places("Filtered", DecodingStep.filtered(decoded))).containsInAnyOrder("0");
    PAssert.that(DecodingStep.letters(decoded))
        .containsInAnyOrder(
            "1 rule_failed filter.large: the expression has no value for this event");
    pipeline.run().waitUntilFinish();
  }

  @Test
  void elementsOfARecordAreFilteredAlone(TestPipeline pipeline) {
    PCollectionTuple decoded =
        DecodingStep.of(
            pipeline,
            contract("events: {path: all}\nfilter: {pings: kind == 'ping'}"),
            List.of(
                record(
                    0,
                    "{\"all\": [{\"at\": 1, \"id\": 0, \"kind\": \"ping\"},"
                        + " {\"at\": 1, \"id\": 1}, {\"at\": 1}]}")));
    PAssert.that(places("Events", decoded.get(DecodeEvents.EVENTS))).containsInAnyOrder("0.1");
    PAssert.that(places("Filtered", DecodingStep.filtered(decoded))).containsInAnyOrder("0");
    pipeline.run().waitUntilFinish();
  }

  @Test
  void samplesByTheIdentity(TestPipeline pipeline) {
    List<SourceRecord> records = new ArrayList<>();
    for (int i = 0; i < 4_000; i++) {
      String kind = i % 2 == 0 ? "all" : "some";
      // Each event twice
      String json = "{\"at\": 1, \"id\": " + i + ", \"kind\": \"" + kind + "\"}";
      records.add(record(2 * i, json));
      records.add(record(2 * i + 1, json));
    }
    PCollectionTuple decoded =
        DecodingStep.of(
            pipeline, contract("filter: {most: {when: kind == 'some', keep: 0.1}}"), records);
    PAssert.that(places("Events", decoded.get(DecodeEvents.EVENTS)))
        .satisfies(FilterEventsTest::sampled);
    pipeline.run().waitUntilFinish();
  }

  private static Void sampled(Iterable<String> offsets) {
    Map<Integer, Integer> copies = new TreeMap<>();
    offsets.forEach(offset -> copies.merge(Integer.parseInt(offset) / 2, 1, Integer::sum));
    assertThat(
        "both copies of an event stay, or none",
        copies.values().stream().allMatch(count -> count == 2),
        is(true));
    assertThat(copies.keySet().stream().filter(id -> id % 2 == 0).count(), is(2_000L));
    // Three standard deviations of 13
    assertThat(
        (int) copies.keySet().stream().filter(id -> id % 2 == 1).count(),
        allOf(greaterThan(160), lessThan(240)));
    return null;
  }
}
