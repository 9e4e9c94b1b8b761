package io.millrace.bench.speed;

import io.millrace.bench.contender.Contender;
import io.millrace.bench.harness.Bar;
import io.millrace.bench.harness.Figures;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.ToDoubleFunction;

/**
 * All runs of a benchmark, in rounds of one run per contender. Ratios compare runs of the same
 * round, so that they do not depend on the load of the machine in a round.
 */
final class SpeedResult {
  private final Map<Contender, List<RunFigures>> runs = new EnumMap<>(Contender.class);

  void add(Contender contender, RunFigures run) {
    runs.computeIfAbsent(contender, c -> new ArrayList<>()).add(run);
  }

  /** The contenders. */
  Set<Contender> contenders() {
    return Collections.unmodifiableSet(runs.keySet());
  }

  /** The runs of a contender, in order. */
  List<RunFigures> runs(Contender contender) {
    return Collections.unmodifiableList(runs.get(contender));
  }

  /** A figure of a contender's runs. */
  Figures of(Contender contender, ToDoubleFunction<RunFigures> figure) {
    return Figures.of(runs.get(contender), figure);
  }

  /** The ratio of two contenders' speeds; empty if one of them did not run. */
  Optional<Figures> ratio(Contender contender, Contender other) {
    return ratio(contender, other, RunFigures::eventsPerSecond);
  }

  private Optional<Figures> ratio(
      Contender contender, Contender other, ToDoubleFunction<RunFigures> figure) {
    List<RunFigures> mine = runs.getOrDefault(contender, List.of());
    List<RunFigures> its = runs.getOrDefault(other, List.of());
    int rounds = Math.min(mine.size(), its.size());
    return rounds == 0
        ? Optional.empty()
        : Optional.of(Figures.ofRatios(mine.subList(0, rounds), its, figure));
  }

  /** The targets of Millrace on Flink: ratios of one command, because machines differ. */
  List<Bar> bars() {
    List<Bar> bars = new ArrayList<>();
    ratio(Contender.MILLRACE, Contender.NATIVE)
        .ifPresent(r -> bars.add(new Bar("of the native job's events/s", r.median(), 2.0, true)));
    ratio(Contender.MILLRACE, Contender.NATIVE, RunFigures::pipelineMicros)
        .ifPresent(r -> bars.add(new Bar("of the native job's CPU", r.median(), 0.4, false)));
    ratio(Contender.MILLRACE, Contender.FLOOR)
        .ifPresent(r -> bars.add(new Bar("of the floor's events/s", r.median(), 0.9, true)));
    ratio(Contender.MILLRACE, Contender.FLOOR, RunFigures::pipelineMicros)
        .ifPresent(r -> bars.add(new Bar("of the floor's CPU", r.median(), 1.2, false)));
    ratio(Contender.MILLRACE, Contender.FLOOR, RunFigures::clickHouseMicros)
        .ifPresent(
            r ->
                bars.add(
                    new Bar("of ClickHouse's CPU for the floor's rows", r.median(), 0.75, false)));
    return bars;
  }

  /** Whether all measured targets are met. */
  boolean holds() {
    return bars().stream().allMatch(Bar::holds);
  }
}
