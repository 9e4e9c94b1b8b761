package io.millrace.resilience.cluster;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.is;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.checkerframework.checker.nullness.qual.Nullable;
import org.junit.jupiter.api.Test;

class SteadyReportTest {
  private static final SteadyReport.Freshness FRESH =
      new SteadyReport.Freshness(900, 2999, 4999, 9000);

  private static SteadyReport report(
      SteadyReport.@Nullable Freshness freshness, long heap, long state, long read) {
    return new SteadyReport(
        4000,
        10,
        Optional.ofNullable(freshness),
        Duration.ofMinutes(60),
        List.of(
            new SteadyReport.Look(0, 150 << 20, 80, 1),
            new SteadyReport.Look(5, 100 << 20, 100, 1),
            new SteadyReport.Look(10, heap, state, 1),
            new SteadyReport.Look(15, 300 << 20, 70, 1)),
        read,
        Map.of("accepted", 9L, "late", 1L),
        3);
  }

  @Test
  void holdsUpToTheBars() {
    SteadyReport report = report(FRESH, 120 << 20, 120, 10);
    assertThat(report.text(), report.passes(), is(true));
    assertThat(report.heapGrowth(), is(1.2));
    assertThat(report.stateGrowth(), is(1.2));
    assertThat(report.text(), containsString("p95 2,999 ms"));
  }

  @Test
  void missesAnyOfThem() {
    assertThat(
        report(new SteadyReport.Freshness(1, 3000, 4999, 1), 1 << 20, 1, 10).passes(), is(false));
    assertThat(
        report(new SteadyReport.Freshness(1, 2999, 5000, 1), 1 << 20, 1, 10).passes(), is(false));
    assertThat(report(FRESH, 121 << 20, 1, 10).passes(), is(false));
    assertThat(report(FRESH, 1 << 20, 121, 10).passes(), is(false));
    assertThat(report(FRESH, 1 << 20, 1, 11).passes(), is(false));
  }

  @Test
  void freshnessIsNotJudgedWhereEventTimeIsFaster() {
    SteadyReport report = report(null, 120 << 20, 120, 10);
    assertThat(report.passes(), is(true));
    assertThat(report.text(), containsString("event time 3,600 s"));
    assertThat(report(null, 121 << 20, 1, 10).passes(), is(false));
  }
}
