package io.millrace.flink.semantics;

import static io.millrace.flink.semantics.WindowResult.From.BEAM;
import static io.millrace.flink.semantics.WindowResult.From.MILLRACE;
import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.greaterThan;

import io.millrace.contract.Contract;
import io.millrace.contract.Rollup;
import io.millrace.event.Event;
import io.millrace.rollup.RollUpMetrics;
import io.millrace.rollup.RollupRow;
import io.millrace.transforms.DeduplicateEvents;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
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
 * {@link RollUpMetrics} keeps its own state and timers in the global window; whatever arrives, its
 * tables must show at the end what Beam's windows count. Both stand behind the same deduplication.
 */
class RollupsLikeBeamsWindowsTest {
  private static final Set<String> TABLES = Set.of("minutes", "moving", "visits");

  @ParameterizedTest
  @CsvSource({"DIRECT, 1", "DIRECT, 2", "DIRECT, 3", "FLINK, 4", "FLINK_SMALLEST_BUNDLES, 5"})
  void showTheSameTables(RunnerUnderTest runner, long seed) {
    RandomArrivals arrivals = RandomArrivals.of(seed);
    assertThat("late events", arrivals.late(), greaterThan(0L));
    assertThat("repeats", arrivals.repeats(), greaterThan(0L));

    Contract contract = SmallEvents.CONTRACT;
    TestPipeline pipeline = runner.pipeline();
    PCollection<List<Event>> unique =
        pipeline
            .apply("Arrivals", arrivals.arrivals().stream())
            .apply("DeduplicateEvents", DeduplicateEvents.of(contract, 2, 8, () -> 0))
            .get(DeduplicateEvents.UNIQUE);
    PCollectionList<WindowResult> results =
        PCollectionList.of(
            unique
                .apply("RollUpMetrics", RollUpMetrics.of(contract, 3))
                .apply("Describe", ParDo.of(new Describe()))
                .setCoder(SerializableCoder.of(WindowResult.class)));
    for (Rollup rollup : contract.rollups()) {
      if (TABLES.contains(rollup.table())) {
        results =
            results.and(unique.apply("Beam " + rollup.table(), new BeamsWindows(contract, rollup)));
      }
    }
    long counted = arrivals.counted();
    // A runner whose bundles are large may hold the watermark back until the end: no corrections.
    boolean corrected = runner != RunnerUnderTest.FLINK;
    PAssert.that(results.apply("Both", Flatten.pCollections()))
        .satisfies(
            given -> {
              check(given, counted, corrected);
              return null;
            });
    pipeline.run().waitUntilFinish();
  }

  private static void check(Iterable<WindowResult> given, long counted, boolean corrected) {
    List<WindowResult> millraces = new ArrayList<>();
    List<WindowResult> beams = new ArrayList<>();
    given.forEach(result -> (result.from() == BEAM ? beams : millraces).add(result));

    List<WindowResult> shown = latest(millraces);
    List<WindowResult> expected = latestDisjoint(beams);
    assertThat(texts(shown), equalTo(texts(expected)));
    assertThat("events in minutes", sum(expected, "minutes"), equalTo(counted));
    assertThat("events in moving", sum(expected, "moving"), equalTo(2 * counted));
    assertThat("events in visits", sum(expected, "visits"), equalTo(counted));
    if (corrected) {
      // Or the test would say nothing of what Millrace does by itself.
      for (String table : TABLES) {
        assertThat(
            "corrections of " + table,
            beams.stream().filter(r -> r.table().equals(table) && r.correction()).count(),
            greaterThan(0L));
      }
      assertThat(
          "sessions that merged after their result",
          millraces.stream().filter(WindowResult::merged).count(),
          greaterThan(0L));
    }
  }

  /** What Millrace's tables show: of each window's start and group the row with the most events. */
  private static List<WindowResult> latest(List<WindowResult> results) {
    Map<List<Object>, WindowResult> latest = new HashMap<>();
    for (WindowResult result : results) {
      latest.merge(
          List.of(result.table(), result.group(), result.start()),
          result,
          (a, b) -> a.events() >= b.events() ? a : b);
    }
    return latest.values().stream().filter(result -> !result.merged()).toList();
  }

  /**
   * Of each of Beam's windows the pane with the most events. Beam does not say that a session is
   * part of another one: of those that overlap, the one with the most events holds the others.
   */
  private static List<WindowResult> latestDisjoint(List<WindowResult> panes) {
    List<WindowResult> most = new ArrayList<>(panes);
    most.sort(Comparator.comparingLong(WindowResult::events).reversed());
    List<WindowResult> latest = new ArrayList<>();
    for (WindowResult pane : most) {
      boolean replaced =
          latest.stream()
              .filter(l -> l.table().equals(pane.table()) && l.group().equals(pane.group()))
              .anyMatch(
                  l ->
                      pane.table().equals("visits")
                          ? l.overlaps(pane)
                          : l.start() == pane.start() && l.end() == pane.end());
      if (!replaced) {
        latest.add(pane);
      }
    }
    return latest;
  }

  /** Sorted, and one for each result: a window that is shown twice would be missing a line. */
  private static List<String> texts(List<WindowResult> results) {
    TreeSet<String> texts = new TreeSet<>();
    results.forEach(result -> texts.add(result.text()));
    assertThat("windows shown once", texts.size(), equalTo(results.size()));
    return List.copyOf(texts);
  }

  private static long sum(List<WindowResult> results, String table) {
    return results.stream()
        .filter(result -> result.table().equals(table))
        .mapToLong(WindowResult::events)
        .sum();
  }

  private static final class Describe extends DoFn<RollupRow, WindowResult> {
    private static final long serialVersionUID = 1L;

    @ProcessElement
    public void process(@Element RollupRow element, OutputReceiver<WindowResult> out) {
      if (!TABLES.contains(element.table())) {
        return;
      }
      Row row = element.row();
      out.output(
          new WindowResult(
              MILLRACE,
              element.table(),
              row.getSchema().hasField("id") ? row.getString("id") : "",
              ((java.time.Instant) row.getValue(Rollup.WINDOW_START)).toEpochMilli(),
              ((java.time.Instant) row.getValue(Rollup.WINDOW_END)).toEpochMilli(),
              row.getInt64(Rollup.EVENTS),
              false,
              row.getSchema().hasField(Rollup.MERGED)
                  && Boolean.TRUE.equals(row.getBoolean(Rollup.MERGED))));
    }
  }
}
