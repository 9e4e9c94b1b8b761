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
 * What became of a stream under one scenario.
 *
 * @param scenario its name
 * @param records sent
 * @param outcomes how many the audit says ended where
 * @param lost records of which the audit or the tables know nothing
 * @param repeats rows that are there more than once
 * @param readAgain records that were audited more than once, as those must be that came after the
 *     checkpoint from which the job went on
 * @param replays how often the job went on from a checkpoint that records had come after
 * @param recoveries from each thing that happened to the first record that came in after the job
 *     went on and was audited
 * @param took of the whole run
 * @param problems why it fails, one line each; empty: it passes
 */
public record RecoveryRow(
    String scenario,
    long records,
    Map<Outcome, Long> outcomes,
    long lost,
    DuplicateRows repeats,
    long readAgain,
    long replays,
    List<Recovery> recoveries,
    Duration took,
    List<String> problems)
    implements CaseRuns.Row {
  private static final String FORMAT = "%-22s %8s %8s %6s %6s %6s %6s %6s %6s %7s %8s %8s  %s";

  /**
   * One thing that happened.
   *
   * @param what it was
   * @param took from its beginning to the first newly audited record
   */
  public record Recovery(String what, Duration took) {}

  /** The table's head. */
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
        records,
        count(Outcome.ACCEPTED),
        count(Outcome.ERROR),
        count(Outcome.DUPLICATE),
        count(Outcome.LATE),
        count(Outcome.DEAD),
        lost,
        repeats.exact(),
        repeats.raw(),
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
    object.put("records", records);
    object.put("outcomes", Figures.byLabel(outcomes));
    object.put("lost", lost);
    object.put("exact_repeats", repeats.exact());
    object.put("raw_repeats", repeats.raw());
    object.put("read_again", readAgain);
    object.put("replays", replays);
    object.put(
        "recoveries",
        recoveries.stream()
            .map(one -> Map.of("what", one.what(), "seconds", Figures.seconds(one.took())))
            .toList());
    object.put("seconds", Figures.seconds(took));
    object.put("problems", problems);
    return object;
  }
}
