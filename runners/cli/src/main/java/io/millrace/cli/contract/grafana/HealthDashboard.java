package io.millrace.cli.contract.grafana;

import io.millrace.cli.contract.grafana.Panels.Expression;
import io.millrace.clickhouse.schema.ClickHouseTypes;
import io.millrace.contract.Contract;
import io.millrace.verify.ClickHouseQueries;
import java.util.List;

/**
 * A Grafana dashboard of a contract's run: the equation, lag, freshness, what waits, what died. Its
 * figures are the metrics of {@code run --metricsPort}, and the audit and dead letters in
 * ClickHouse.
 */
public final class HealthDashboard {
  private static final int THIRD = 8;
  private static final int HALF = 12;

  private final Panels panels = new Panels();
  private final String contract;
  private final String database;
  private final String name;

  private HealthDashboard(Contract contract, String database) {
    this.name = contract.name();
    this.contract = "{contract=\"" + contract.name() + "\"}";
    this.database = ClickHouseTypes.quote(database);
  }

  /**
   * The dashboard as JSON.
   *
   * @param database the database of the tables
   */
  public static String of(Contract contract, String database) {
    HealthDashboard dashboard = new HealthDashboard(contract, database);
    dashboard.source();
    dashboard.sink();
    dashboard.dead(contract);
    return dashboard.panels.dashboard(
        "millrace-health-" + contract.name(),
        contract.name() + ": health",
        List.of(Panels.Source.PROMETHEUS, Panels.Source.CLICKHOUSE));
  }

  private void source() {
    panels.row("What comes in");
    lines(
        "events a second by outcome",
        "Sum over the outcomes: events read, less those in flight.",
        "cps",
        new Expression(
            "sum by (outcome) (rate(millrace_events_total%s[$__rate_interval]))"
                .formatted(contract),
            "{{outcome}}"));
    lines(
        "lag, records",
        "Offsets between the next record to read and the end of the partition.",
        "short",
        new Expression("sum by (topic) (millrace_consumer_lag_records)", "{{topic}}"));
    lines(
        "lag, time",
        "Time since the last record was read, of the slowest partition.",
        "s",
        new Expression("max by (topic) (millrace_consumer_lag_seconds)", "{{topic}}"),
        new Expression(
            "max by (topic) (millrace_watermark_age_seconds)", "{{topic}}: age of the watermark"));
    panels.lines(
        "outcomes a minute",
        "The audit, by the minute in which the record arrived. Exact.",
        THIRD,
        "short",
        "SELECT minute AS time, toString(outcome) AS outcome, sum(records) AS records\nFROM %s.`audit_per_minute`\nWHERE contract = %s AND $__timeFilter(minute)\nGROUP BY time, outcome\nORDER BY time"
            .formatted(database, ClickHouseQueries.literal(name)));
    lines(
        "freshness",
        "From an event's own time to the acknowledgment of its row.",
        "s",
        quantile("0.5"),
        quantile("0.95"),
        quantile("0.99"));
    lines(
        "in flight",
        "Events that are read and have no outcome yet.",
        "short",
        new Expression(
            "sum by (sink) (millrace_events_in_flight%s)".formatted(contract), "{{sink}}"));
  }

  private Expression quantile(String at) {
    return new Expression(
        "histogram_quantile(%s, sum by (le) (rate(millrace_freshness_seconds_bucket%s[$__rate_interval])))"
            .formatted(at, contract),
        "p" + at.substring(2));
  }

  private void sink() {
    panels.row("What goes out");
    lines(
        "rows that wait",
        "Rows whose INSERT failed or has no answer.",
        "short",
        new Expression(
            "sum by (table) (millrace_rows_waiting%s)".formatted(contract), "{{table}}"));
    lines(
        "waiting for",
        "How long the first of these rows has waited.",
        "s",
        new Expression(
            "max by (table) (millrace_rows_waiting_seconds%s)".formatted(contract), "{{table}}"));
    lines(
        "time of an INSERT",
        "From the first attempt to the acknowledgment, on average.",
        "s",
        ratio("millrace_insert_duration_seconds_sum", "millrace_insert_duration_seconds_count"));
    lines(
        "rows of an INSERT",
        "On average.",
        "short",
        ratio("millrace_insert_rows_sum", "millrace_insert_rows_count"));
    lines(
        "failed INSERTs a second",
        "Attempts that failed; the rows are kept and tried again.",
        "cps",
        new Expression(
            "sum(rate(millrace_insert_retries_total%s[$__rate_interval]))".formatted(contract),
            "retries"));
    lines(
        "checkpoints",
        "Time since the last one completed, and how long it took.",
        "s",
        new Expression("millrace_checkpoint_age_seconds", "age"),
        new Expression("millrace_checkpoint_duration_seconds", "duration"));
  }

  private Expression ratio(String sum, String count) {
    String rate = "sum(rate(%s%s[$__rate_interval]))";
    return new Expression(
        rate.formatted(sum, contract) + " / " + rate.formatted(count, contract), "mean");
  }

  private void dead(Contract contract) {
    String table =
        database + "." + ClickHouseTypes.quote(contract.tables().deadLetters().name() + "_exact");
    panels.row("What died");
    panels.lines(
        "dead letters a minute by code",
        "By the time of the record.",
        HALF,
        "short",
        "SELECT toStartOfMinute(record_time) AS time, toString(code) AS code, count() AS letters\nFROM %s\nWHERE contract = %s AND $__timeFilter(record_time)\nGROUP BY time, code\nORDER BY time"
            .formatted(table, ClickHouseQueries.literal(name)));
    panels.table(
        "dead letters",
        "One example for each code: explain it with `scripts/millrace explain --deadLetter=PLACE`.",
        HALF,
        "SELECT toString(code) AS code, stage, count() AS letters, max(record_time) AS latest, any(concat(topic, '/', toString(partition), '@', toString(offset))) AS place, any(message) AS message\nFROM %s\nWHERE contract = %s AND $__timeFilter(record_time)\nGROUP BY code, stage\nORDER BY letters DESC"
            .formatted(table, ClickHouseQueries.literal(name)));
  }

  private void lines(String title, String about, String unit, Expression... all) {
    panels.lines(title, about, THIRD, unit, List.of(all));
  }
}
