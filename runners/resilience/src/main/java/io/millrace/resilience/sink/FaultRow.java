package io.millrace.resilience.sink;

import io.millrace.bench.harness.Figures;
import io.millrace.cli.support.TextLines;
import io.millrace.event.Outcome;
import io.millrace.resilience.harness.CaseRuns;
import io.millrace.resilience.harness.DuplicateRows;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.checkerframework.checker.nullness.qual.Nullable;

/**
 * The result of a stream under one fault.
 *
 * @param fault the fault's name
 * @param events number of records sent
 * @param outcomes number of records by audited outcome
 * @param seen errors of failed INSERTs, with counts
 * @param inserts number of INSERTs of the run
 * @param repeats duplicate rows
 * @param recovery time from the end of the fault to the next acknowledged INSERT into an affected
 *     table; null without an effect to recover from
 * @param took duration of the run
 * @param problems one line each; empty if the case passes
 */
record FaultRow(
    String fault,
    long events,
    Map<Outcome, Long> outcomes,
    Map<String, Long> seen,
    long inserts,
    DuplicateRows repeats,
    @Nullable Duration recovery,
    Duration took,
    List<String> problems)
    implements CaseRuns.Row {
  private static final String FORMAT = "%-20s %7s %8s %6s %6s %6s %6s %7s %-16s %5s %5s %8s  %s";

  /** The table's header. */
  static String head() {
    return TextLines.text(
        FORMAT,
        "fault",
        "events",
        "accepted",
        "error",
        "dup.",
        "late",
        "dead",
        "inserts",
        "failed with",
        "raw+",
        "view+",
        "recovery",
        "");
  }

  @Override
  public String line() {
    return TextLines.text(
        FORMAT,
        fault,
        events,
        count(Outcome.ACCEPTED),
        count(Outcome.ERROR),
        count(Outcome.DUPLICATE),
        count(Outcome.LATE),
        count(Outcome.DEAD),
        inserts,
        seenText(),
        repeats.raw(),
        repeats.exact(),
        recovery == null ? "-" : TextLines.text("%.1f s", Figures.seconds(recovery)),
        verdict());
  }

  private String seenText() {
    return seen.isEmpty()
        ? "-"
        : new TreeMap<>(seen)
            .entrySet().stream()
                .map(one -> one.getValue() + "x " + one.getKey())
                .collect(Collectors.joining(", "));
  }

  @Override
  public Map<String, Object> toJson() {
    Map<String, Object> object = new LinkedHashMap<>();
    object.put("fault", fault);
    object.put("passes", passes());
    object.put("events", events);
    object.put("outcomes", Figures.byLabel(outcomes));
    object.put("inserts", inserts);
    object.put("failed_with", new TreeMap<>(seen));
    object.put("raw_repeats", repeats.raw());
    object.put("exact_repeats", repeats.exact());
    object.put("recovery_seconds", recovery == null ? null : Figures.seconds(recovery));
    object.put("seconds", Figures.seconds(took));
    object.put("problems", problems);
    return object;
  }
}
