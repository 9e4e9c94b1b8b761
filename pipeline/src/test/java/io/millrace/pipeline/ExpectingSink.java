package io.millrace.pipeline;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.closeTo;
import static org.hamcrest.Matchers.containsInAnyOrder;
import static org.hamcrest.Matchers.equalTo;

import io.millrace.event.DeadLetter;
import io.millrace.event.DeadLetterCoder;
import io.millrace.event.Event;
import io.millrace.event.Outcome;
import io.millrace.event.OutcomeTags;
import io.millrace.event.PipelineMetrics;
import io.millrace.io.Sink;
import io.millrace.io.WriteResult;
import io.millrace.io.WrittenBatch;
import io.millrace.rollup.RollUpMetrics;
import io.millrace.rollup.RollupRow;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.beam.sdk.coders.SerializableCoder;
import org.apache.beam.sdk.testing.PAssert;
import org.apache.beam.sdk.transforms.Create;
import org.apache.beam.sdk.transforms.DoFn;
import org.apache.beam.sdk.transforms.PTransform;
import org.apache.beam.sdk.transforms.ParDo;
import org.apache.beam.sdk.transforms.SerializableFunction;
import org.apache.beam.sdk.values.PCollection;
import org.apache.beam.sdk.values.PCollectionTuple;
import org.apache.beam.sdk.values.Row;
import org.apache.beam.sdk.values.TupleTag;

/** A sink that asserts that it is given what the tables must show, and counts the outcomes. */
final class ExpectingSink implements Sink {
  private final ExpectedTables expected;

  ExpectingSink(ExpectedTables expected) {
    this.expected = expected;
  }

  @Override
  public String kind() {
    return "test";
  }

  @Override
  public String address() {
    return "memory";
  }

  @Override
  public List<String> check() {
    return List.of();
  }

  @Override
  public void prepare() {}

  @Override
  public PTransform<PCollectionTuple, WriteResult> write() {
    return new Write(expected);
  }

  private static final class Write extends PTransform<PCollectionTuple, WriteResult> {
    private static final long serialVersionUID = 1L;

    private final ExpectedTables expected;

    Write(ExpectedTables expected) {
      this.expected = expected;
    }

    @Override
    public WriteResult expand(PCollectionTuple outcomes) {
      if (outcomes.has(OutcomeTags.ACCEPTED)) {
        expect(outcomes, OutcomeTags.ACCEPTED, Outcome.ACCEPTED, expected.accepted());
        expect(outcomes, OutcomeTags.ERROR, Outcome.ERROR, expected.errors());
        expect(outcomes, OutcomeTags.LATE, Outcome.LATE, List.of());
        PAssert.that(outcomes.get(RollUpMetrics.ROWS)).satisfies(rollups(expected));
      }
      PAssert.that(outcomes.get(OutcomeTags.DEAD)).empty();
      PCollection<WrittenBatch> written =
          outcomes
              .getPipeline()
              .apply(
                  getName() + outcomes.has(OutcomeTags.LATE) + "Written",
                  Create.empty(SerializableCoder.of(WrittenBatch.class)));
      PCollection<DeadLetter> refused =
          outcomes
              .getPipeline()
              .apply(
                  getName() + outcomes.has(OutcomeTags.LATE) + "Refused",
                  Create.empty(DeadLetterCoder.of()));
      return new WriteResult(written, refused);
    }

    private static void expect(
        PCollectionTuple outcomes, TupleTag<List<Event>> tag, Outcome outcome, List<String> rows) {
      PAssert.that(
              outcomes.get(tag).apply(outcome.label(), ParDo.of(new IdentifyAndCount(outcome))))
          .containsInAnyOrder(rows);
    }
  }

  private static SerializableFunction<Iterable<RollupRow>, Void> rollups(ExpectedTables expected) {
    return rows -> {
      Map<String, Row> latest = new HashMap<>();
      for (RollupRow row : rows) {
        latest.merge(
            row.table() + "|" + place(row.row()),
            row.row(),
            (a, b) -> a.getInt64("events") >= b.getInt64("events") ? a : b);
      }
      List<String> exact = new ArrayList<>();
      int quantiles = 0;
      for (Map.Entry<String, Row> entry : latest.entrySet()) {
        if (entry.getKey().startsWith("query_duration|")) {
          quantiles++;
          checkQuantiles(entry.getValue(), expected.durations());
        } else {
          exact.add(entry.getKey() + "|" + figures(entry.getValue()));
        }
      }
      assertThat(exact, containsInAnyOrder(expected.rollups().toArray()));
      assertThat("windows with quantiles", quantiles, equalTo(expected.durations().size()));
      return null;
    };
  }

  private static String place(Row row) {
    boolean grouped = row.getSchema().hasField("database_name");
    return ((java.time.Instant) row.getValue("window_start")).toEpochMilli()
        + "|"
        + (grouped ? row.getString("database_name") : "");
  }

  private static String figures(Row row) {
    StringBuilder text = new StringBuilder();
    for (String name : row.getSchema().getFieldNames()) {
      if (!name.startsWith("window_") && !name.equals("database_name")) {
        text.append(text.isEmpty() ? "" : " ").append(name).append('=');
        text.append(row.<Object>getValue(name));
      }
    }
    return text.toString();
  }

  private static void checkQuantiles(Row row, Map<Long, List<Long>> durations) {
    List<Long> sorted =
        durations.get(((java.time.Instant) row.getValue("window_start")).toEpochMilli());
    assertThat(row.getInt64("events"), equalTo((long) sorted.size()));
    Map.of("p50", 0.5, "p95", 0.95, "p99", 0.99)
        .forEach(
            (name, quantile) -> {
              double exact = sorted.get((int) Math.floor(quantile * (sorted.size() - 1)));
              assertThat(
                  name, row.getDouble("duration_ms_" + name), closeTo(exact, 0.00501 * exact));
            });
  }

  private static final class IdentifyAndCount extends DoFn<List<Event>, String> {
    private static final long serialVersionUID = 1L;

    private final Outcome outcome;

    IdentifyAndCount(Outcome outcome) {
      this.outcome = outcome;
    }

    @ProcessElement
    public void process(@Element List<Event> group, OutputReceiver<String> out) {
      for (Event event : group) {
        PipelineMetrics.outcome(outcome).inc();
        Row row = event.row();
        out.output(
            row.getString("query_id")
                + "|"
                + row.getString("event_type")
                + "|"
                + event.eventTimeMillis());
      }
    }
  }
}
