package io.millrace.resilience.cluster;

import io.millrace.bench.harness.Figures;
import io.millrace.cli.support.TextLines;
import io.millrace.event.Outcome;
import io.millrace.resilience.harness.CaseRuns;
import io.millrace.resilience.harness.DuplicateRows;
import java.time.Duration;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The result of a stream under one scenario.
 *
 * @param scenario the scenario's name
 * @param found what the tables hold
 * @param replays how often the job resumed from a checkpoint and replayed records
 * @param recoveries time from each fault to the first audited record that arrived after the job
 *     resumed
 * @param bar maximum duration of a recovery
 * @param took duration of the run
 * @param problems one line each; empty if the scenario passes
 */
public record RecoveryRow(
    String scenario,
    Found found,
    long replays,
    List<Recovery> recoveries,
    Duration bar,
    Duration took,
    List<String> problems)
    implements CaseRuns.Row {
  private static final String FORMAT = "%-22s %8s %8s %6s %6s %6s %6s %6s %6s %7s %8s %8s  %s";

  /**
   * One recovery.
   *
   * @param what the fault
   * @param took time from the fault to the first newly audited record
   */
  public record Recovery(String what, Duration took) {}

  /**
   * What the tables hold of a stream.
   *
   * @param records number of records sent
   * @param outcomes number of records by audited outcome
   * @param lost records missing in the audit or the tables
   * @param repeats duplicate rows
   * @param readAgain records audited more than once, because a checkpoint was restored
   */
  public record Found(
      long records, Map<Outcome, Long> outcomes, long lost, DuplicateRows repeats, long readAgain) {
    static final Found NOTHING = new Found(0, Map.of(), 0, new DuplicateRows(0, 0), 0);
  }

  @Override
  public Map<Outcome, Long> outcomes() {
    return found.outcomes;
  }

  /** The table's header. */
  static String head() {
    return TextLines.text(
        FORMAT,
        "scenario",
        "records",
        "accepted",
        "error",
        "dup.",
        "late",
        "dead",
        "lost",
        "view+",
        "raw+",
        "replays",
        "resumed",
        "");
  }

  @Override
  public String line() {
    return TextLines.text(
        FORMAT,
        scenario,
        found.records,
        count(Outcome.ACCEPTED),
        count(Outcome.ERROR),
        count(Outcome.DUPLICATE),
        count(Outcome.LATE),
        count(Outcome.DEAD),
        found.lost,
        found.repeats.exact(),
        found.repeats.raw(),
        replays,
        recoveries.isEmpty() ? "-" : TextLines.text("%.1f s", Figures.seconds(slowest())),
        verdict());
  }

  private Duration slowest() {
    return recoveries.stream()
        .map(Recovery::took)
        .max(Comparator.naturalOrder())
        .orElse(Duration.ZERO);
  }

  @Override
  public Map<String, Object> toJson() {
    Map<String, Object> object = new LinkedHashMap<>();
    object.put("scenario", scenario);
    object.put("passes", passes());
    object.put("records", found.records);
    object.put("outcomes", Figures.byLabel(found.outcomes));
    object.put("lost", found.lost);
    object.put("exact_repeats", found.repeats.exact());
    object.put("raw_repeats", found.repeats.raw());
    object.put("read_again", found.readAgain);
    object.put("replays", replays);
    object.put(
        "recoveries",
        recoveries.stream()
            .map(one -> Map.of("what", one.what(), "seconds", Figures.seconds(one.took())))
            .toList());
    object.put("bar_seconds", Figures.seconds(bar));
    object.put("seconds", Figures.seconds(took));
    object.put("problems", problems);
    return object;
  }
}
