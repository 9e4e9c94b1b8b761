package io.millrace.resilience.cluster;

import io.millrace.bench.harness.BenchEnvironment;
import io.millrace.resilience.harness.AuditWatch;
import io.millrace.resilience.harness.DuplicateRows;
import io.millrace.resilience.harness.GeneratedStream;
import io.millrace.verify.StreamCheck;
import java.time.Duration;
import java.util.List;

/** Verifies a stream after a scenario. */
final class RecoveryCheck {
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

  private RecoveryCheck() {}

  /**
   * Verifies every event.
   *
   * @param replays how often the job resumed from a checkpoint and replayed records
   * @param problems receives problems, one line each
   */
  static RecoveryRow.Found of(
      BenchEnvironment environment,
      String database,
      GeneratedStream sent,
      long replays,
      List<String> problems) {
    AuditWatch watch = new AuditWatch(environment, database);
    StreamCheck check =
        StreamCheck.of(
            environment.database(database), environment.contract(), List.of(sent.manifest()));
    DuplicateRows repeats = DuplicateRows.of(environment, database, sent);
    if (!check.audits() || !check.audited().outcomes().equals(sent.truth())) {
      problems.add("audit: " + check.audited().equation() + ", sent " + sent.truth());
    }
    if (!check.differences().isEmpty()) {
      problems.add("manifest: " + check.differences());
      problems.addAll(check.examples());
    }
    addRepetitions(watch, repeats, replays, problems);
    long unknown = Math.max(0, sent.records() - watch.records());
    return new RecoveryRow.Found(
        sent.records(),
        check.audited().outcomes(),
        Math.max(unknown, check.differences().getOrDefault("missing", 0L)),
        repeats,
        watch.readAgain());
  }

  private static void addRepetitions(
      AuditWatch watch, DuplicateRows repeats, long replays, List<String> problems) {
    if (repeats.exact() > 0) {
      problems.add(repeats.exact() + " duplicate rows in the exact views");
    }
    // Each replay reads a record at most once more; a second reader of its partition would read it
    // more often.
    long mostOften = watch.mostOften();
    if (mostOften > 1 + replays) {
      problems.add(
          "a record was audited %d times, but the job resumed from a checkpoint %d times"
              .formatted(mostOften, replays));
    }
    if (replays == 0 && repeats.raw() > 0) {
      problems.add(repeats.raw() + " duplicate rows in the tables without a replay");
    }
  }
}
