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
 * What became of a stream under one fault.
 *
 * @param fault its name
 * @param events records sent
 * @param outcomes how many the audit says ended where
 * @param seen what INSERTs that failed were answered, and how often
 * @param inserts INSERTs of the whole run
 * @param repeats rows that are there more than once
 * @param recovery from the end of the fault until an INSERT into a table that it had hit was
 *     acknowledged; null: there was nothing to recover from
 * @param took of the whole run
 * @param problems why it fails, one line each; empty: it passes
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

  /** The table's head. */
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
