package io.millrace.bench.capacity;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.closeTo;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.hasSize;
import static org.hamcrest.Matchers.is;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.millrace.bench.contender.ExpectedOutcomes;
import io.millrace.bench.speed.Backlog;
import io.millrace.bench.speed.Machine;
import io.millrace.bench.speed.RunDetails;
import io.millrace.bench.speed.RunFigures;
import io.millrace.testdata.manifest.Outcome;
import java.time.Duration;
import java.time.Instant;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class CapacityReportTest {
  private static final Machine MACHINE =
      new Machine("a cpu", 2, 1L << 34, "Linux", "17", Map.of("flink", "1.19.3"));

  private static RunDetails run(double rate, double micros) {
    return new RunDetails(
        new RunFigures(rate, micros, 1, 1, 1, 20, 2),
        Duration.ofMillis(9_500),
        100L << 20,
        3L << 30);
  }

  private static Backlog backlog() {
    Map<Outcome, Long> outcomes = new EnumMap<>(Outcome.class);
    for (Outcome outcome : Outcome.values()) {
      outcomes.put(outcome, 100L);
    }
    return new Backlog("a-topic", new ExpectedOutcomes(outcomes, 90), 1_209);
  }

  /** Two rounds, of which the second is half as fast for all: ratios must not see that. */
  private static RunTable table(String one, String two, double ratio) {
    RunTable table = new RunTable();
    table.add(one, run(20_000, 20));
    table.add(one, run(10_000, 40));
    table.add(two, run(20_000 * ratio, 20 / ratio));
    table.add(two, run(10_000 * ratio, 40 / ratio));
    return table;
  }

  private static CapacityReport report(PartReport part) {
    return new CapacityReport(MACHINE, Instant.EPOCH, List.of(part));
  }

  private static JsonNode json(CapacityReport report) throws Exception {
    return new ObjectMapper().readTree(report.json());
  }

  @Test
  void partitionsAreComparedRoundByRound() throws Exception {
    CapacityReport report =
        report(
            PartitionsPart.report(
                table("few_partitions", "many_partitions", 0.9), backlog(), 1_000));
    assertThat(report.passes(), is(true));
    assertThat(
        report.text(),
        containsString(
            "0.90 of the events/s of 4 partitions, with 1,000; the bar is at least 0.7"));
    assertThat(report.text(), containsString("a cpu, 2 cores"));
    JsonNode json = json(report);
    assertThat(json.at("/measured_at").asText(), is("1970-01-01T00:00:00Z"));
    assertThat(json.at("/partitions/bars/1/value").asDouble(), closeTo(1 / 0.9, 1e-9));
    JsonNode many = json.at("/partitions/runs/many_partitions");
    assertThat(many.at("/events_per_second/greatest").asDouble(), closeTo(18_000, 1e-9));
    assertThat(many.at("/start_up_seconds/median").asDouble(), closeTo(9.5, 1e-9));
    assertThat(many.at("/live_heap_mib/median").asDouble(), closeTo(100, 1e-9));
    assertThat(json.at("/holds").asBoolean(), is(true));
  }

  @Test
  void partitionsThatCostTooMuchMissBothBars() throws Exception {
    CapacityReport report =
        report(
            PartitionsPart.report(
                table("few_partitions", "many_partitions", 0.5), backlog(), 1_000));
    assertThat(report.passes(), is(false));
    JsonNode bars = json(report).at("/partitions/bars");
    assertThat(bars.get(0).get("holds").asBoolean(), is(false));
    assertThat(bars.get(1).get("holds").asBoolean(), is(false));
  }

  @Test
  void skewHasABarForPartitionsAndOneForGroups() throws Exception {
    RunTable table = table("in_turn", "hot_partition", 0.8);
    table.add("even_groups", run(10_000, 20));
    table.add("even_groups", run(10_000, 20));
    table.add("hot_group", run(6_000, 20));
    table.add("hot_group", run(6_000, 20));
    PartReport part = SkewPart.report(table, backlog(), 0.925);
    assertThat(part.bars(), hasSize(2));
    assertThat(part.bars().get(0).holds(), is(true));
    assertThat(part.bars().get(1).holds(), is(false));
    assertThat(report(part).text(), containsString("as the manifest says, 100 of the hot topic"));
    assertThat(json(report(part)).at("/skew/largest_partition").asDouble(), is(0.925));
  }

  @Test
  void theBacklogIsComparedWithTheModel() throws Exception {
    Settings settings = new Settings(100_000, 1, 2, 1_000, 1_000, 8_000_000);
    List<CatchUp.Point> points =
        List.of(
            new CatchUp.Point(10, 50_000, 110_000),
            new CatchUp.Point(25, 120_000, 125_000),
            new CatchUp.Point(26, 126_000, 126_000));
    CapacityReport report =
        report(BacklogPart.report(List.of(new CatchUp(100_000, 5_000, points)), settings));
    // 60 000 events behind at 4 000 a second.
    assertThat(report.text(), containsString("by the model  15.0 (15.0-15.0)"));
    assertThat(
        report.text(),
        containsString("1.07 times between the seconds of the second half and the model's"));
    assertThat(report.passes(), is(true));
    assertThat(
        json(report).at("/backlog/hours_for_a_day_computed/median").asDouble(), closeTo(6, 1e-9));
  }

  @Test
  void identitiesAreComparedWithAQuarterOfThem() throws Exception {
    List<IdentityFigures.Checkpoint> checkpoints =
        List.of(
            new IdentityFigures.Checkpoint(1_000_000, 0.1),
            new IdentityFigures.Checkpoint(3_000_000, 0.3));
    IdentityFigures small = new IdentityFigures(1_000, 20_000, 50_000, 10, checkpoints);
    IdentityFigures large = new IdentityFigures(4_000, 88_000, 45_000, 14, checkpoints);
    PartReport part = IdentitiesPart.report(small, large);
    assertThat(part.bars().get(0).value(), closeTo(1.1, 1e-9));
    assertThat(part.bars().get(0).holds(), is(true));
    assertThat(part.bars().get(1).holds(), is(false));
    assertThat(part.bars().get(2).holds(), is(true));
    assertThat(part.passes(), is(false));
    assertThat(part.text(), containsString("2.0 (1.0-3.0)"));
    assertThat(part.text(), containsString("200,000,000 identities take 4.4 GB"));
    JsonNode json = json(report(part)).at("/identities");
    assertThat(json.at("/large/bytes_an_identity").asDouble(), closeTo(22, 1e-9));
    assertThat(json.at("/gigabytes_of_a_day_computed").asDouble(), closeTo(4.4, 1e-9));
  }
}
