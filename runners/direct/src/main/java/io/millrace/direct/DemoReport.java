package io.millrace.direct;

import io.millrace.event.Outcome;
import io.millrace.pipeline.Balance;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalLong;
import org.checkerframework.checker.nullness.qual.Nullable;

/**
 * What a demo came to.
 *
 * @param audit the same equation from the audit table
 * @param sent records sent
 * @param sustained events a second from Kafka to ClickHouse when sent as fast as possible; null if
 *     they were sent at a rate
 * @param steadyRate the rate at which freshness was measured, events a second
 * @param freshnessMillis event generated to row queryable at that rate, 95th percentile
 */
record DemoReport(
    Balance balance,
    Audit audit,
    long sent,
    @Nullable Double sustained,
    double steadyRate,
    OptionalLong freshnessMillis,
    ManifestDifferences differences,
    DemoAnswers answers) {

  /** Whether every event ended as it should and every answer is right. */
  boolean ok() {
    return balance.balances()
        && balance.read() == sent
        && audit.ok()
        && audit.balance().read() == sent
        && differences.count() == 0
        && answers.right();
  }

  String toText() {
    StringBuilder text = new StringBuilder();
    line(text, "");
    line(text, "Events a minute (by the time they happened)");
    answers
        .volumePerMinute()
        .forEach(
            (minute, events) -> line(text, "  %s  %,9d", Instant.ofEpochMilli(minute), events));
    line(text, "Error rate by database");
    answers
        .errorsByDatabase()
        .forEach(
            (database, counts) ->
                line(
                    text,
                    "  %-20s %6.2f %%  of %,d",
                    database.isEmpty() ? "(none)" : database,
                    100.0 * counts[1] / counts[0],
                    counts[0]));
    line(text, "Duration of finished queries");
    line(text, "  p95 %,d ms", answers.p95DurationMs());
    line(text, "");
    if (sustained != null) {
      line(text, "Sustained  %,.0f events/s from Kafka to ClickHouse", sustained);
    }
    line(
        text,
        "Freshness  p95 %s from event to query at %,.0f events/s",
        Freshness.text(freshnessMillis),
        steadyRate);
    line(text, "Balance    %s", balance.equation());
    line(
        text,
        "Audit      %s%s",
        audit.balance().equation(),
        audit.tables().stream().allMatch(TableCount::ok) ? "" : "; NOT what the tables hold");
    line(
        text, "Manifest   %s; answers %s", differences.text(), answers.right() ? "right" : "WRONG");
    differences
        .counts()
        .keySet()
        .forEach(
            kind ->
                differences
                    .examples(kind)
                    .forEach(what -> line(text, "           %s: %s", kind.label(), what)));
    text.append(ok() ? "OK" : "FAILED");
    return text.toString();
  }

  String toJson() {
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
    Json outcomes = Json.object().put("read", balance.read());
    for (Outcome outcome : Outcome.values()) {
      outcomes.put(outcome.label(), balance.of(outcome));
    }
    return Json.object()
        .put("ok", ok())
        .put("balanced", balance.balances())
        .put("sent", sent)
        .put("outcomes", outcomes)
        .put("audited", audit.balance().accounted())
        .put("audit_ok", audit.ok())
        .put("differences", differences.count())
        .put("manifest", AuditReport.manifest(differences))
        .put("sustained_events_per_second", sustained)
        .put("steady_events_per_second", steadyRate)
        .put("freshness_p95_ms", freshnessMillis.isPresent() ? freshnessMillis.getAsLong() : null)
        .put("inserts", balance.counters().getOrDefault("sink_inserts", 0L))
        .put("answers_right", answers.right())
        .put("events_per_minute", volume)
        .put("errors_by_database", databases)
        .put("finished_duration_p95_ms", answers.p95DurationMs())
        .text();
  }

  private static void line(StringBuilder text, String format, Object... values) {
    text.append(String.format(Locale.ROOT, format, values)).append('\n');
  }
}
