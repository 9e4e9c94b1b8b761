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
 */
record RecoveryCheck(
    String scenario,
    List<RecoveryRow.Recovery> recoveries,
    long replays,
    Duration took,
    List<String> problems) {
  /** Maximum duration of a recovery. */
  static final Duration BAR = Duration.ofSeconds(60);

  /** The result of a stream that did not complete. */
  RecoveryRow withoutStream() {
    return new RecoveryRow(
        scenario, 0, Map.of(), 0, new DuplicateRows(0, 0), 0, replays, recoveries, took, problems);
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
      if (recovery.took().compareTo(BAR) > 0) {
        found.add(recovery.what() + ": resumed after " + recovery.took().toSeconds() + " s");
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
