package io.millrace.cli.demo;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.greaterThan;
import static org.hamcrest.Matchers.lessThan;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.millrace.cli.MillraceProcess;
import io.millrace.testdata.manifest.Outcome;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The demonstration, as the README shows it, with more of everything that is bad. */
@Tag("alone")
class DemoIT {
  @Test
  void everyEventOfADemoIsWhereItShouldBe() throws Exception {
    MillraceProcess.Result result =
        MillraceProcess.run(
            Map.of(),
            // As a user runs it: with both compilers.
            List.of(MillraceProcess.BOTH_COMPILERS),
            "demo",
            "--json",
            "--events=20000",
            "--duplicates=0.1",
            "--late=0.05",
            "--errors=0.1",
            "--malformed=0.1",
            "--hotKey=0.2",
            "--seed=7");
    assertThat(result.out() + result.err(), result.exitCode(), equalTo(0));
    JsonNode report = new ObjectMapper().readTree(result.out());
    assertThat(report.path("ok").asBoolean(), equalTo(true));
    assertThat(report.path("differences").asInt(-1), equalTo(0));
    JsonNode outcomes = report.path("outcomes");
    assertThat(outcomes.path("read").asInt(), equalTo(20_000));
    int sum = 0;
    for (Outcome outcome : Outcome.values()) {
      int count = outcomes.path(outcome.label()).asInt();
      assertThat(outcome.label(), count, greaterThan(500));
      sum += count;
    }
    assertThat(sum, equalTo(20_000));
    assertThat(report.path("freshness_p95_ms").asLong(), lessThan(20_000L));
    assertThat(report.path("sustained_events_per_second").asDouble(), greaterThan(500.0));
  }
}
