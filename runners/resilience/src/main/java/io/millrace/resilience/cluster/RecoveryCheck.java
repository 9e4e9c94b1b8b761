package io.millrace.resilience.cluster;

import io.millrace.bench.harness.BenchEnvironment;
import io.millrace.resilience.harness.AuditWatch;
import io.millrace.resilience.harness.DuplicateRows;
import io.millrace.resilience.harness.GeneratedStream;
import io.millrace.verify.StreamCheck;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Verifies a stream after a scenario.
 *
 * @param replays how often the job resumed from a checkpoint and replayed records
 * @param problems problems during the scenario
 * @param bar maximum duration of a recovery
 */
record RecoveryCheck(
    String scenario,
    List<RecoveryRow.Recovery> recoveries,
    long replays,
    Duration took,
    List<String> problems,
    Duration bar) {
  private static final Duration BAR = Duration.ofSeconds(60);

  /** Maximum ratio of a recovery to the first start, for computers on which that is slow. */
  private static final double BAR_RATIO = 1.5;

  /**
   * Maximum duration of a recovery. It starts processes and the job like the first start, so a
   * computer that is slow at one is slow at the other.
   *
   * @param firstStart duration of the first start of cluster and job, up to the first checkpoint
   */
  static Duration bar(Duration firstStart) {
    Duration relative = Duration.ofMillis(Math.round(BAR_RATIO * firstStart.toMillis()));
    return relative.compareTo(BAR) > 0 ? relative : BAR;
  }

  /** The result of a stream that did not complete. */
  RecoveryRow withoutStream() {
    return new RecoveryRow(
        scenario,
        0,
        Map.of(),
        0,
        new DuplicateRows(0, 0),
        0,
        replays,
        recoveries,
        bar,
        took,
        problems);
  }

  /** Verifies every event. */
  RecoveryRow of(BenchEnvironment environment, String database, GeneratedStream sent) {
    AuditWatch watch = new AuditWatch(environment, database);
    StreamCheck check =
        StreamCheck.of(
            environment.database(database), environment.contract(), List.of(sent.manifest()));
    DuplicateRows repeats = DuplicateRows.of(environment, database, sent);
    List<String> found = new ArrayList<>(problems);
    if (!check.audits() || !check.audited().outcomes().equals(sent.truth())) {
      found.add("audit: " + check.audited().equation() + ", sent " + sent.truth());
    }
    if (!check.differences().isEmpty()) {
      found.add("manifest: " + check.differences());
      found.addAll(check.examples());
    }
    found.addAll(repetitions(watch, repeats));
    for (RecoveryRow.Recovery recovery : recoveries) {
      if (recovery.took().compareTo(bar) > 0) {
        found.add(
            "%s: resumed after %d s (bar: %d s)"
                .formatted(recovery.what(), recovery.took().toSeconds(), bar.toSeconds()));
      }
    }
    long unknown = Math.max(0, sent.records() - watch.records());
    return new RecoveryRow(
        scenario,
        sent.records(),
        check.audited().outcomes(),
        Math.max(unknown, check.differences().getOrDefault("missing", 0L)),
        repeats,
        watch.readAgain(),
        replays,
        recoveries,
        bar,
        took,
        found);
  }

  private List<String> repetitions(AuditWatch watch, DuplicateRows repeats) {
    List<String> found = new ArrayList<>();
    if (repeats.exact() > 0) {
      found.add(repeats.exact() + " duplicate rows in the exact views");
    }
    // Each replay reads a record at most once more; a second reader of its partition would read it
    // more often.
    long mostOften = watch.mostOften();
    if (mostOften > 1 + replays) {
      found.add(
          "a record was audited %d times, but the job resumed from a checkpoint %d times"
              .formatted(mostOften, replays));
    }
    if (replays == 0 && repeats.raw() > 0) {
      found.add(repeats.raw() + " duplicate rows in the tables without a replay");
    }
    return found;
  }
}
