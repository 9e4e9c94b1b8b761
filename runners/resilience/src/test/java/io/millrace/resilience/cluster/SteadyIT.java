package io.millrace.resilience.cluster;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.allOf;
import static org.hamcrest.Matchers.greaterThan;
import static org.hamcrest.Matchers.hasSize;
import static org.hamcrest.Matchers.is;
import static org.hamcrest.Matchers.lessThan;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.millrace.bench.harness.BenchEnvironment;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A short one: what is measured is there; how good it is, a busy machine cannot tell. */
class SteadyIT {
  @TempDir private static Path directory;

  @Test
  void tellsFreshnessHeapAndState() throws Exception {
    SteadyRun.Load load =
        new SteadyRun.Load(500, Duration.ofSeconds(10), Duration.ofSeconds(20), 1);
    SteadyReport report;
    try (BenchEnvironment environment = BenchEnvironment.start(directory, line -> {})) {
      report = SteadyRun.of(environment, load);
    }
    assertThat(report.text(), report.balances(), is(true));
    assertThat(report.records(), allOf(greaterThan(5_000L), lessThan(15_000L)));
    SteadyReport.Freshness freshness = report.freshness().orElseThrow();
    assertThat(freshness.p50(), greaterThan(0L));
    assertThat(freshness.p99(), lessThan(60_000L));
    assertThat(report.looks(), hasSize(4));
    for (SteadyReport.Look look : report.looks()) {
      assertThat(look.heapBytes(), greaterThan(1L << 20));
      assertThat(look.stateBytes(), greaterThan(0L));
    }
    JsonNode json = new ObjectMapper().readTree(report.json());
    assertThat(json.at("/freshnessMs/p95").asLong(), is(freshness.p95()));
    assertThat(json.at("/looks").size(), is(4));
  }
}
