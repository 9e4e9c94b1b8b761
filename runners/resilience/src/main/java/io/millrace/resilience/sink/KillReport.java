package io.millrace.resilience.sink;

import io.millrace.bench.harness.Figures;
import io.millrace.bench.harness.Report;
import io.millrace.cli.support.TextLines;
import io.millrace.event.Outcome;
import io.millrace.resilience.harness.DuplicateRows;
import io.millrace.verify.StreamCheck;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The result of a stream during repeated kills of ClickHouse.
 *
 * @param events number of records sent
 * @param truth number of records by expected outcome
 * @param check the verification of the database
 * @param repeats duplicate rows
 * @param took time from the start of the pipeline to the last record's audit row
 */
record KillReport(
    long events,
    Map<Outcome, Long> truth,
    List<Kill> kills,
    StreamCheck check,
    DuplicateRows repeats,
    Duration took)
    implements Report {
  /**
   * One kill.
   *
   * @param audited records audited before the kill
   * @param away time from the kill to the restart
   * @param recovery time from the restart to the next audit row
   */
  record Kill(long audited, Duration away, Duration recovery) {}

  /** Whether no event was lost and no exact view shows a duplicate. */
  @Override
  public boolean passes() {
    return check.audits()
        && check.differences().isEmpty()
        && check.audited().outcomes().equals(truth)
        && repeats.exact() == 0;
  }

  @Override
  public String text() {
    TextLines lines =
        new TextLines()
            .line(
                "%,d records in %.0f s, ClickHouse killed %d times",
                events, Figures.seconds(took), kills.size());
    for (Kill kill : kills) {
      lines.line(
          "  at %,10d audited, down for %.1f s, rows again after %.1f s",
          kill.audited(), Figures.seconds(kill.away()), Figures.seconds(kill.recovery()));
    }
    lines
        .line("Audit      %s", check.audited().equation())
        .line(
            "Manifest   %s",
            check.differences().isEmpty()
                ? "every event has the expected outcome and values"
                : check.differences());
    check.examples().forEach(example -> lines.line("           %s", example));
    return lines
        .line("Duplicates %,d in the tables, %,d in the views", repeats.raw(), repeats.exact())
        .line(passes() ? "OK" : "FAILED")
        .toString();
  }

  @Override
  public String json() {
    Map<String, Object> object = new LinkedHashMap<>();
    object.put("passes", passes());
    object.put("events", events);
    Map<String, Long> outcomes = new LinkedHashMap<>();
    check.audited().outcomes().forEach((outcome, n) -> outcomes.put(outcome.label(), n));
    object.put("outcomes", outcomes);
    List<Object> killed = new ArrayList<>();
    for (Kill kill : kills) {
      Map<String, Object> one = new LinkedHashMap<>();
      one.put("audited", kill.audited());
      one.put("away_seconds", Figures.seconds(kill.away()));
      one.put("recovery_seconds", Figures.seconds(kill.recovery()));
      killed.add(one);
    }
    object.put("kills", killed);
    object.put("audit_ok", check.audits());
    object.put("differences", check.differences());
    object.put("raw_repeats", repeats.raw());
    object.put("exact_repeats", repeats.exact());
    object.put("seconds", Figures.seconds(took));
    return Figures.json(object);
  }
}
