package io.millrace.flink.semantics;

import static io.millrace.flink.semantics.SmallEvents.MINUTE;
import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.greaterThan;

import io.millrace.alert.JudgeAlerts;
import io.millrace.contract.Alerts;
import io.millrace.contract.Rollup;
import io.millrace.rollup.RollUpMetrics;
import io.millrace.rollup.RollupRow;
import io.millrace.transforms.DeduplicateEvents;
import java.io.Serializable;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import org.apache.beam.sdk.coders.SerializableCoder;
import org.apache.beam.sdk.testing.PAssert;
import org.apache.beam.sdk.testing.TestPipeline;
import org.apache.beam.sdk.transforms.DoFn;
import org.apache.beam.sdk.transforms.Flatten;
import org.apache.beam.sdk.transforms.ParDo;
import org.apache.beam.sdk.values.PCollection;
import org.apache.beam.sdk.values.PCollectionList;
import org.apache.beam.sdk.values.Row;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Whatever arrives, and in whatever order: the changes in the table of the alerts are those that
 * the latest rows of the roll-up give when they are read in the order of their windows.
 */
class RandomAlertArrivalsTest {
  /** A row: of the roll-up, where the change is empty, or of the alerts. */
  private record Seen(
      String group, String change, long minute, long number, boolean revoked, boolean corrected)
      implements Serializable {}

  @ParameterizedTest
  @CsvSource({"DIRECT, 1", "DIRECT, 2", "DIRECT, 6", "FLINK, 4", "FLINK_SMALLEST_BUNDLES, 5"})
  void theTableFollowsFromTheRollup(RunnerUnderTest runner, long seed) {
    TestPipeline pipeline = runner.pipeline();
    PCollection<RollupRow> results =
        pipeline
            .apply("Arrivals", RandomArrivals.of(seed).arrivals().stream())
            .apply("DeduplicateEvents", DeduplicateEvents.of(AlertCase.CONTRACT, 2, 8, () -> 0))
            .get(DeduplicateEvents.UNIQUE)
            .apply("RollUpMetrics", RollUpMetrics.of(AlertCase.CONTRACT, 3));
    PCollection<RollupRow> changes =
        results.apply("JudgeAlerts", JudgeAlerts.of(AlertCase.CONTRACT, () -> 0));
    boolean corrections = runner == RunnerUnderTest.DIRECT;
    PAssert.that(
            PCollectionList.of(describe("Results", results))
                .and(describe("Changes", changes))
                .apply("Both", Flatten.pCollections()))
        .satisfies(
            rows -> {
              check(rows, corrections);
              return null;
            });
    pipeline.run().waitUntilFinish();
  }

  private static PCollection<Seen> describe(String name, PCollection<RollupRow> rows) {
    return rows.apply(name, ParDo.of(new Describe())).setCoder(SerializableCoder.of(Seen.class));
  }

  private static void check(Iterable<Seen> rows, boolean corrections) {
    Map<String, TreeMap<Long, Long>> counts = new HashMap<>();
    Map<String, Seen> latest = new HashMap<>();
    long corrected = 0;
    for (Seen row : rows) {
      if (row.change.isEmpty()) {
        counts
            .computeIfAbsent(row.group, group -> new TreeMap<>())
            .merge(row.minute, row.number, Math::max);
      } else {
        corrected += row.corrected ? 1 : 0;
        latest.merge(text(row), row, (a, b) -> a.number >= b.number ? a : b);
      }
    }
    TreeSet<String> expected = new TreeSet<>();
    counts.forEach((group, minutes) -> expect(group, minutes, expected));
    TreeSet<String> shown = new TreeSet<>();
    latest.forEach(
        (change, row) -> {
          // After the last result, what the watermark has passed decides; no result says so.
          if (!row.revoked && row.minute <= counts.get(row.group).lastKey()) {
            shown.add(change);
          }
        });
    assertThat(shown, equalTo(expected));
    assertThat(shown.size(), greaterThan(3));
    if (corrections) {
      assertThat("corrections", corrected, greaterThan(0L));
    }
  }

  private static String text(Seen row) {
    return row.group + " " + row.change + " " + row.minute;
  }

  /** The changes of {@code quiet}: fires with less than two events, ends with more than three. */
  private static void expect(String group, SortedMap<Long, Long> counts, Set<String> expected) {
    boolean firing = false;
    for (long minute = counts.firstKey(); minute <= counts.lastKey(); minute++) {
      Long count = counts.get(minute);
      boolean met = count != null && count < 2;
      boolean cleared = count == null || count > 3;
      if (firing ? cleared : met) {
        firing = !firing;
        expected.add(group + (firing ? " firing " : " resolved ") + minute);
      }
    }
  }

  private static final class Describe extends DoFn<RollupRow, Seen> {
    private static final long serialVersionUID = 1L;

    @ProcessElement
    public void process(@Element RollupRow element, OutputReceiver<Seen> out) {
      Row row = element.row();
      if (element.table().equals("minutes")) {
        String group = "[\"" + row.getString("id") + "\"]";
        out.output(new Seen(group, "", minute(row, Rollup.WINDOW_END), count(row), false, false));
      } else if (row.getSchema().hasField(Alerts.ALERT)
          && "quiet".equals(row.getString(Alerts.ALERT))) {
        out.output(
            new Seen(
                row.getString(Alerts.GROUP_KEY),
                row.getString(Alerts.CHANGE),
                minute(row, Alerts.CHANGED_AT),
                row.getInt64(Alerts.REVISION),
                Boolean.TRUE.equals(row.getBoolean(Alerts.REVOKED)),
                Boolean.TRUE.equals(row.getBoolean(Alerts.CORRECTED))));
      }
    }

    private static long count(Row row) {
      Long count = row.getInt64("n");
      return count == null ? 0 : count;
    }

    private static long minute(Row row, String column) {
      return ((Instant) row.getValue(column)).toEpochMilli() / MINUTE;
    }
  }
}
