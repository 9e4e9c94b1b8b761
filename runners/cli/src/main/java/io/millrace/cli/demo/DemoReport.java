package io.millrace.cli.demo;

import io.millrace.cli.audit.AuditReport;
import io.millrace.cli.support.JsonObject;
import io.millrace.cli.support.TextLines;
import io.millrace.direct.Freshness;
import io.millrace.event.Outcome;
import io.millrace.pipeline.Balance;
import io.millrace.verify.Audit;
import io.millrace.verify.ManifestDifferences;
import io.millrace.verify.RollupCheck;
import io.millrace.verify.TableCount;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import org.checkerframework.checker.nullness.qual.Nullable;

/**
 * The result of a demo.
 *
 * @param audit the equation from the audit table
 * @param sent number of records sent
 * @param sustained maximum throughput from Kafka to ClickHouse in events a second; null if records
 *     were sent at a fixed rate
 * @param steadyRate events a second while freshness was measured
 * @param freshnessMillis 95th percentile of the time from event to queryable row
 * @param expected number of records by expected outcome, from the manifest
 * @param rollups rows of the roll-ups beside the figures computed from the events
 */
record DemoReport(
    Balance balance,
    Audit audit,
    long sent,
    @Nullable Double sustained,
    double steadyRate,
    OptionalLong freshnessMillis,
    ManifestDifferences differences,
    Map<Outcome, Long> expected,
    List<RollupCheck.Line> rollups,
    DemoAnswers answers)
    implements DemoResult {

  /** Whether all outcomes, tables and query results are as expected. */
  @Override
  public boolean ok() {
    return balance.balances()
        && balance.read() == sent
        && audit.ok()
        && audit.balance().read() == sent
        && differences.count() == 0
        && balance.outcomes().equals(expected)
        && rollupsAgree()
        && answers.right();
  }

  private boolean rollupsAgree() {
    return !rollups.isEmpty() && rollups.stream().allMatch(RollupCheck.Line::agrees);
  }

  @Override
  public String toText() {
    TextLines lines = new TextLines();
    lines.line("");
    lines.line("Roll-ups, and the same figures computed by ClickHouse from the events");
    String rollup = "";
    for (RollupCheck.Line row : rollups) {
      if (!row.rollup().equals(rollup)) {
        rollup = row.rollup();
        lines.line("  %s", rollup);
      }
      lines.line("    %-30s %s", row.window(), row.figures().isEmpty() ? "(none)" : row.figures());
      String same = row.figures().equals(row.computed()) ? "the same" : row.computed();
      lines.line("    %-30s %s%s", "", same, row.agrees() ? "" : "  DIFFERENT");
    }
    lines.line("From the event tables: p95 of finished queries %,d ms", answers.p95DurationMs());
    lines.line("");
    if (sustained != null) {
      lines.line("Sustained  %,.0f events/s from Kafka to ClickHouse", sustained);
    }
    lines.line(
        "Freshness  p95 %s from event to query at %,.0f events/s",
        Freshness.text(freshnessMillis), steadyRate);
    lines.line("Balance    %s", balance.equation());
    lines.line(
        "Audit      %s%s",
        audit.balance().equation(),
        audit.tables().stream().allMatch(TableCount::ok) ? "" : "; the tables DIFFER");
    lines.line(
        "Manifest   %s; answers %s", differences.text(), answers.right() ? "right" : "WRONG");
    lines.line(
        "           duplicates %,d of %,d, late %,d of %,d",
        balance.of(Outcome.DUPLICATE),
        expected.get(Outcome.DUPLICATE),
        balance.of(Outcome.LATE),
        expected.get(Outcome.LATE));
    lines.line(
        "Roll-ups   %s",
        rollupsAgree()
            ? "all %,d rows agree with the events".formatted(rollups.size())
            : "%,d of %,d rows DIFFER"
                .formatted(rollups.stream().filter(row -> !row.agrees()).count(), rollups.size()));
    AuditReport.examples(lines, differences);
    return lines.line(ok() ? "OK" : "FAILED").toString();
  }

  @Override
  public String toJson() {
    Map<String, Long> volume = new LinkedHashMap<>();
    answers
        .volumePerMinute()
        .forEach((minute, events) -> volume.put(Instant.ofEpochMilli(minute).toString(), events));
    Map<String, Object> databases = new LinkedHashMap<>();
    answers
        .errorsByDatabase()
        .forEach(
            (database, counts) ->
                databases.put(database, Map.of("events", counts[0], "errors", counts[1])));
    JsonObject expectedOutcomes = JsonObject.object();
    expected.forEach((outcome, count) -> expectedOutcomes.put(outcome.label(), count));
    return JsonObject.object()
        .put("ok", ok())
        .put("balanced", balance.balances())
        .put("sent", sent)
        .put("outcomes", AuditReport.outcomes(balance))
        .put("audited", audit.balance().accounted())
        .put("audit_ok", audit.ok())
        .put("differences", differences.count())
        .put("manifest", AuditReport.manifest(differences))
        .put("sustained_events_per_second", sustained)
        .put("steady_events_per_second", steadyRate)
        .put("freshness_p95_ms", freshnessMillis.isPresent() ? freshnessMillis.getAsLong() : null)
        .put("inserts", balance.counters().getOrDefault("sink_inserts", 0L))
        .put("expected_outcomes", expectedOutcomes)
        .put("rollups_agree", rollupsAgree())
        .put("rollup_rows", rollups.size())
        .put("answers_right", answers.right())
        .put("events_per_minute", volume)
        .put("errors_by_database", databases)
        .put("finished_duration_p95_ms", answers.p95DurationMs())
        .text();
  }
}
