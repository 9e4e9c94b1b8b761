package io.millrace.flink.semantics;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.containsInAnyOrder;

import io.millrace.contract.Rollup;
import io.millrace.event.Event;
import io.millrace.rollup.RollUpMetrics;
import io.millrace.rollup.RollupRow;
import io.millrace.transforms.DeduplicateEvents;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.beam.sdk.coders.StringUtf8Coder;
import org.apache.beam.sdk.testing.PAssert;
import org.apache.beam.sdk.testing.TestPipeline;
import org.apache.beam.sdk.transforms.DoFn;
import org.apache.beam.sdk.transforms.ParDo;
import org.apache.beam.sdk.values.PCollection;
import org.apache.beam.sdk.values.Row;

/**
 * One run of a rollup behind deduplication: what arrives, and what its table must show. A result is
 * written as {@code "12:00 a 3"}: the window's start, its group if it has one, its count; a session
 * as {@code "12:00-12:03 a 3"}.
 */
final class RollupCase {
  private final String table;
  private final ArrivingEvents arrivals;
  private List<String> given;

  private RollupCase(String table, ArrivingEvents arrivals) {
    this.table = table;
    this.arrivals = arrivals;
  }

  static RollupCase of(String table, ArrivingEvents arrivals) {
    return new RollupCase(table, arrivals);
  }

  /**
   * All results given, in any order; looked at only where bundles are small, since a runner may
   * hold the watermark back until a bundle ends. A session that became part of another one ends in
   * {@code "merged"}.
   */
  RollupCase given(String... results) {
    given = List.of(results);
    return this;
  }

  /** Runs it: what whoever queries the table sees at the end. */
  void showsOn(RunnerUnderTest runner, String... results) {
    TestPipeline pipeline = runner.pipeline();
    PCollection<List<Event>> unique =
        pipeline
            .apply("Arrivals", arrivals.stream())
            .apply("DeduplicateEvents", DeduplicateEvents.of(SmallEvents.CONTRACT, 2, 8, () -> 0))
            .get(DeduplicateEvents.UNIQUE);
    PCollection<String> rows =
        unique
            .apply("RollUpMetrics", RollUpMetrics.of(SmallEvents.CONTRACT, 3))
            .apply("Describe", ParDo.of(new Describe(table)))
            .setCoder(StringUtf8Coder.of());
    List<String> shown = List.of(results);
    List<String> all = runner == RunnerUnderTest.FLINK ? null : given;
    PAssert.that(rows)
        .satisfies(
            found -> {
              List<String> texts = new ArrayList<>();
              found.forEach(texts::add);
              assertThat("table", latest(texts), containsInAnyOrder(shown.toArray()));
              if (all != null) {
                assertThat("given", texts, containsInAnyOrder(all.toArray()));
              }
              return null;
            });
    pipeline.run().waitUntilFinish();
  }

  /** Of the results of a window and group the one with the most events, unless it is merged. */
  private static List<String> latest(List<String> texts) {
    Map<String, String> latest = new HashMap<>();
    for (String text : texts) {
      String identity =
          text.replace(" merged", "").replaceAll("-\\S+", "").replaceAll(" \\d+$", "");
      latest.merge(identity, text, (a, b) -> count(a) >= count(b) ? a : b);
    }
    return latest.values().stream().filter(text -> !text.endsWith("merged")).toList();
  }

  private static int count(String text) {
    String plain = text.replace(" merged", "");
    return Integer.parseInt(plain.substring(plain.lastIndexOf(' ') + 1));
  }

  private static final class Describe extends DoFn<RollupRow, String> {
    private static final long serialVersionUID = 1L;

    private final String table;

    Describe(String table) {
      this.table = table;
    }

    @ProcessElement
    public void process(@Element RollupRow element, OutputReceiver<String> out) {
      if (!element.table().equals(table)) {
        return;
      }
      Row row = element.row();
      StringBuilder text = new StringBuilder(time(row, Rollup.WINDOW_START));
      boolean session = row.getSchema().hasField(Rollup.MERGED);
      if (session) {
        text.append('-').append(time(row, Rollup.WINDOW_END));
      }
      if (row.getSchema().hasField("id")) {
        text.append(' ').append(row.getString("id"));
      }
      text.append(' ').append(row.getInt64(Rollup.EVENTS));
      if (session && Boolean.TRUE.equals(row.getBoolean(Rollup.MERGED))) {
        text.append(" merged");
      }
      out.output(text.toString());
    }

    private static String time(Row row, String column) {
      // "2026-03-01T10:00:00Z" to "10:00"
      return String.valueOf(row.<Object>getValue(column)).substring(11, 16);
    }
  }
}
