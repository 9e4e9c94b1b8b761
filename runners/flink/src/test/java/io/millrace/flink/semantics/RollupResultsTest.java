package io.millrace.flink.semantics;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.greaterThan;

import io.millrace.contract.Contract;
import io.millrace.contract.Rollup;
import io.millrace.contract.yaml.ContractLoader;
import io.millrace.decode.DecodeException;
import io.millrace.decode.RecordDecoder;
import io.millrace.event.Event;
import io.millrace.event.EventCoder;
import io.millrace.event.SourceRecord;
import io.millrace.rollup.RollUpMetrics;
import io.millrace.rollup.RollupResults;
import io.millrace.rollup.RollupRow;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.TreeSet;
import org.apache.beam.sdk.testing.PAssert;
import org.apache.beam.sdk.testing.TestPipeline;
import org.apache.beam.sdk.transforms.Create;
import org.apache.beam.sdk.values.Row;
import org.apache.beam.sdk.values.TimestampedValue;
import org.joda.time.Instant;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The results in memory, which `test` compares with, are those of the pipeline. */
class RollupResultsTest {
  private static final Contract CONTRACT =
      ContractLoader.parse(
          """
          contract: c
          fields:
            at: {type: timestamp, format: epoch_ms, required: true}
            page: {type: string}
            ms: {type: int64}
          event_time: {field: at}
          identity: [at]
          rollups:
            fixed: {window: {fixed: 1m}, group_by: [page], measures: {n: {type: count}, s: {type: sum, field: ms}}}
            sliding: {window: {sliding: 3m, every: 1m}, where: {field: ms, is: present}, measures: {q: {type: quantiles, field: ms, at: [0.5, 0.9]}}}
            sessions: {window: {session: 2m}, group_by: [page], measures: {d: {type: distinct, field: ms}, m: {type: max, field: ms}}}
          """,
          "c.yaml");

  private static List<Event> events(long seed) throws DecodeException {
    Random random = new Random(seed);
    RecordDecoder decoder = RecordDecoder.compile(CONTRACT, () -> 0);
    List<Event> events = new ArrayList<>();
    for (int i = 0; i < 300; i++) {
      String ms = random.nextInt(4) == 0 ? "null" : Integer.toString(random.nextInt(5_000));
      String json =
          "{\"at\":%d,\"page\":%s,\"ms\":%s}"
              .formatted(
                  random.nextLong(-3_600_000, 3_600_000),
                  List.of("\"a\"", "\"b\"", "null").get(random.nextInt(3)),
                  ms);
      int unused =
          decoder.decode(
              new SourceRecord("t", 0, i, null, json.getBytes(UTF_8), List.of(), 0, 0),
              new RecordDecoder.Receiver() {
                @Override
                public void event(Event event) {
                  events.add(event);
                }

                @Override
                public void dead(DecodeException reason, SourceRecord element) {
                  throw new AssertionError(reason);
                }
              });
    }
    return events;
  }

  private static List<String> texts(Iterable<RollupRow> rows) {
    TreeSet<String> texts = new TreeSet<>();
    rows.forEach(row -> texts.add(row.table() + " " + row.row().getValues()));
    return List.copyOf(texts);
  }

  /** Of each window and group the row with the most events, without merged sessions. */
  private static List<RollupRow> latest(Iterable<RollupRow> rows) {
    Map<String, RollupRow> latest = new TreeMap<>();
    for (RollupRow row : rows) {
      Row values = row.row();
      String group = values.getSchema().hasField("page") ? values.getString("page") : "";
      latest.merge(
          row.table() + " " + group + " " + values.getValue(Rollup.WINDOW_START),
          row,
          (a, b) -> a.row().getInt64(Rollup.EVENTS) >= b.row().getInt64(Rollup.EVENTS) ? a : b);
    }
    return latest.values().stream()
        .filter(
            row ->
                !row.row().getSchema().hasField(Rollup.MERGED)
                    || !Boolean.TRUE.equals(row.row().getBoolean(Rollup.MERGED)))
        .toList();
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2})
  void areThoseOfThePipeline(long seed) throws Exception {
    List<Event> events = events(seed);
    RollupResults results = new RollupResults(CONTRACT);
    events.forEach(event -> results.add(event.values(), event.eventTimeMillis()));
    List<RollupRow> all = results.rows().values().stream().flatMap(List::stream).toList();
    List<String> expected = texts(all);
    assertThat("each row once", expected.size(), equalTo(all.size()));
    assertThat(expected.size(), greaterThan(300));
    assertThat(
        "a second look",
        texts(results.rows().values().stream().flatMap(List::stream).toList()),
        equalTo(expected));

    TestPipeline pipeline = RunnerUnderTest.DIRECT.pipeline();
    PAssert.that(
            pipeline
                .apply(
                    Create.timestamped(
                            events.stream()
                                .map(
                                    e ->
                                        TimestampedValue.of(
                                            List.of(e), Instant.ofEpochMilli(e.eventTimeMillis())))
                                .toList())
                        .withCoder(EventCoder.ofGroups(CONTRACT.schema())))
                .apply("RollUpMetrics", RollUpMetrics.of(CONTRACT, 3)))
        .satisfies(
            rows -> {
              assertThat(texts(latest(rows)), equalTo(expected));
              return null;
            });
    pipeline.run().waitUntilFinish();
  }
}
