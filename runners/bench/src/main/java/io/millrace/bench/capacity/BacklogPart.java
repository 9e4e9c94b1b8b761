package io.millrace.bench.capacity;

import io.millrace.bench.contender.Contender;
import io.millrace.bench.harness.Bar;
import io.millrace.bench.harness.BenchEnvironment;
import io.millrace.bench.harness.Figures;
import io.millrace.bench.speed.Arrivals;
import io.millrace.bench.speed.Backlog;
import io.millrace.bench.speed.EventFeed;
import io.millrace.cli.support.TextLines;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Measures the time to catch up with a backlog while more events arrive, and compares it with the
 * model. Each round reads the backlog twice: alone for the most events a second, and with arrivals.
 *
 * <p>A run fails unless exactly the events are late that are late by the clock of their own
 * partition, so a backlog makes no event late.
 */
final class BacklogPart {
  static final String NAME = "backlog";

  private static final double MOST_TIMES_APART = 1.3;
  private static final double SECONDS_AN_HOUR = 3_600;

  /** Differs from the seed of the backlog, and leaves room for one in each round. */
  private static final long FIRST_SEED = 1_000;

  private BacklogPart() {}

  static PartReport measure(BenchEnvironment environment, Settings settings) {
    Path plain = environment.contractWithoutRollups();
    Backlog backlog =
        Backlog.produce(
            environment, NAME, settings.events(), settings.rate(), EventFeed.Shape.EVEN);
    variant("backlog_alone", backlog, plain).warmUp(environment, settings.parallelism());
    List<CatchUp> rounds = new ArrayList<>();
    for (int round = 1; round <= settings.repetitions(); round++) {
      double most =
          variant("backlog_alone", backlog, plain)
              .run(environment, settings.parallelism(), round, Arrivals.none(backlog))
              .figures()
              .eventsPerSecond();
      try (ArrivingEvents arriving =
          ArrivingEvents.start(
              environment, backlog, settings.rate(), EventFeed.Shape.EVEN, FIRST_SEED + round)) {
        var unused =
            variant("backlog_and_arrivals", backlog, plain)
                .run(environment, settings.parallelism(), round, arriving);
        rounds.add(new CatchUp(backlog.records(), most, arriving.points()));
        // The next round reads them, too.
        backlog =
            new Backlog(backlog.topic(), arriving.all(1).orElseThrow(), backlog.averageBytes());
      }
    }
    return report(rounds, settings);
  }

  private static Variant variant(String id, Backlog backlog, Path contract) {
    return new Variant(id, id.replace('_', ' '), Contender.MILLRACE, backlog, contract);
  }

  static PartReport report(List<CatchUp> rounds, Settings settings) {
    Figures times = Figures.of(rounds, CatchUp::timesApart);
    Figures most = Figures.of(rounds, CatchUp::mostPerSecond);
    Figures arrived = Figures.of(rounds, CatchUp::arrivedPerSecond);
    Figures all = Figures.of(rounds, CatchUp::seconds);
    Figures compared = Figures.of(rounds, CatchUp::comparedSeconds);
    Figures model = Figures.of(rounds, CatchUp::modelSeconds);
    Figures day = Figures.of(rounds, round -> round.secondsForADay() / SECONDS_AN_HOUR);
    TextLines lines =
        new TextLines()
            .line("%,d events at first; median (least-greatest)", settings.events())
            .line("events/s while none arrive                 %s", most.wholeText())
            .line("events/s that arrive                       %s", arrived.wholeText())
            .line("seconds to catch up, with start-up         %s", all.text())
            .line("seconds for the second half                %s", compared.text())
            .line("seconds for the second half, by the model  %s", model.text())
            .line("hours for a backlog of a day, computed     %s", day.text());
    Map<String, Object> figures = new LinkedHashMap<>();
    figures.put("events", settings.events());
    figures.put("most_events_per_second", most);
    figures.put("arrived_per_second", arrived);
    figures.put("seconds", all);
    figures.put("second_half_seconds", compared);
    figures.put("second_half_model_seconds", model);
    figures.put("hours_for_a_day_computed", day);
    return new PartReport(
        NAME,
        lines.toString(),
        figures,
        List.of(
            new Bar(
                "times between the seconds of the second half and the model's",
                times.median(),
                MOST_TIMES_APART,
                false)));
  }
}
