package io.millrace.bench.speed;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.closeTo;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.is;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ScalingReportTest {
  private static RunFigures run(double rate, double micros) {
    return new RunFigures(rate, micros, 1, 1, 1, 20, 2);
  }

  private static ScalingReport report(List<RunFigures> one, List<RunFigures> two) {
    return new ScalingReport(
        new Machine("a cpu", 2, 1L << 34, "Linux", "17", Map.of()),
        new ScalingReport.Setup(Instant.EPOCH, 1_000_000, 1_209, 0.3),
        one,
        two);
  }

  @Test
  void theRatioIsThatOfEachRound() throws Exception {
    // A slow second round is slow for both.
    ScalingReport report =
        report(
            List.of(run(15_000, 20), run(10_000, 30)), List.of(run(29_000, 20), run(18_000, 30)));
    assertThat(report.ratio().median(), closeTo((29.0 / 15 + 1.8) / 2, 1e-9));
    assertThat(report.passes(), is(true));
    assertThat(report.taskManagersAreTheLimit(), is(true));
    assertThat(report.text(), containsString("1.87 (1.80-1.93) times the events/s of one"));
    assertThat(report.text(), containsString("at least 1.7: holds"));
    JsonNode json = new ObjectMapper().readTree(report.json());
    assertThat(json.at("/one_task_manager/used_of_their_cpu/median").asDouble(), closeTo(1, 1e-9));
    assertThat(json.at("/holds").asBoolean(), is(true));
    assertThat(json.at("/two_task_managers/runs").size(), is(2));
  }

  @Test
  void whoWaitsForOthersIsNotTheLimit() {
    ScalingReport report = report(List.of(run(15_000, 20)), List.of(run(20_000, 20)));
    assertThat(report.passes(), is(false));
    assertThat(report.taskManagersAreTheLimit(), is(false));
    assertThat(report.text(), containsString("MISSED"));
    assertThat(report.text(), containsString("something else is the limit"));
  }
}
