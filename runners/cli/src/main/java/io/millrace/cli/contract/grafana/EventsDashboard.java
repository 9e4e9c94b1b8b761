package io.millrace.cli.contract.grafana;

import io.millrace.clickhouse.schema.ClickHouseTypes;
import io.millrace.contract.Contract;
import io.millrace.contract.FieldDefinition;
import io.millrace.contract.Measure;
import io.millrace.contract.Rollup;
import java.util.List;
import java.util.stream.Collectors;

/**
 * A Grafana dashboard of a contract's alerts and roll-ups: what fires, and for each roll-up lines
 * of its measures and the groups with the most events. It queries views in ClickHouse that hold
 * alerts and roll-ups, and never the events.
 */
public final class EventsDashboard {
  private static final int LINES_WIDTH = 12;
  private static final int GROUPS = 8;
  private static final int RANKED = 50;
  private final String database;
  private final Panels panels = new Panels();

  private EventsDashboard(String database) {
    this.database = database;
  }

  /**
   * The dashboard as JSON.
   *
   * @param database the database of the tables
   */
  public static String of(Contract contract, String database) {
    EventsDashboard dashboard = new EventsDashboard(database);
    if (!contract.alerts().isEmpty()) {
      dashboard.alerts(contract.alerts().table());
    }
    contract.rollups().forEach(dashboard::add);
    return dashboard.panels.dashboard(
        "millrace-events-" + contract.name(),
        contract.name() + ": events",
        List.of(Panels.Source.CLICKHOUSE));
  }

  private void alerts(String table) {
    panels.row("alerts");
    panels.table(
        "alerts that fire",
        "Now, whatever the time range is.",
        LINES_WIDTH,
        "SELECT alert, group_key, latest_firing_since, latest_summary\nFROM %s\nWHERE latest_state = 'firing'\nORDER BY latest_firing_since"
            .formatted(named(table + "_current")));
    panels.table(
        "changes of alerts",
        "The latest in the time range, without those that late events have revoked.",
        LINES_WIDTH,
        "SELECT changed_at, alert, group_key, change, summary\nFROM %s\nWHERE NOT revoked AND $__timeFilter(changed_at)\nORDER BY changed_at DESC LIMIT %d"
            .formatted(named(table + "_exact"), RANKED));
  }

  private void add(Rollup rollup) {
    panels.row(rollup.table());
    for (Measure measure : rollup.measures()) {
      List<String> numbers =
          measure.columns().stream()
              .filter(column -> column.type().isNumber())
              .map(FieldDefinition::name)
              .toList();
      if (!numbers.isEmpty()) {
        lines(rollup, measure.name(), about(rollup, measure), unit(measure), numbers);
      }
    }
    lines(
        rollup, Rollup.EVENTS, "Events that each window counts.", "short", List.of(Rollup.EVENTS));
    if (!rollup.groupBy().isEmpty()) {
      ranking(rollup);
    }
  }

  private static String unit(Measure measure) {
    return measure.kind() == Measure.Kind.ERROR_RATE ? "percentunit" : "short";
  }

  private static String about(Rollup rollup, Measure measure) {
    String what = measure.kind().contractName();
    String field = measure.field() == null ? "" : " of " + measure.field().name();
    String groups =
        rollup.groupBy().isEmpty()
            ? ""
            : ", of the %d groups with the most events".formatted(GROUPS);
    return "%s%s for each window of event time%s.".formatted(what, field, groups);
  }

  private void lines(Rollup rollup, String title, String about, String unit, List<String> columns) {
    panels.lines(title, about, LINES_WIDTH, unit, sql(rollup, columns));
  }

  private String sql(Rollup rollup, List<String> columns) {
    String from = "\nFROM " + view(rollup) + "\nWHERE " + inRange();
    if (rollup.sessions()) {
      // Sessions begin at any time: the mean of those that begin in an interval.
      String means =
          columns.stream()
              .map(column -> ", avg(%1$s) AS %1$s".formatted(ClickHouseTypes.quote(column)))
              .collect(Collectors.joining());
      return "SELECT $__timeInterval(%s) AS time%s, count() AS sessions".formatted(start(), means)
          + from
          + " AND NOT "
          + ClickHouseTypes.quote(Rollup.MERGED)
          + "\nGROUP BY time\nORDER BY time";
    }
    String numbers =
        columns.stream()
            .map(column -> ", " + ClickHouseTypes.quote(column))
            .collect(Collectors.joining());
    if (rollup.groupBy().isEmpty()) {
      return "SELECT " + start() + " AS time" + numbers + from + "\nORDER BY time";
    }
    return "SELECT "
        + start()
        + " AS time, "
        + group(rollup)
        + " AS group"
        + numbers
        + from
        + "\n  AND ("
        + names(rollup)
        + ") IN (SELECT "
        + names(rollup)
        + " FROM "
        + view(rollup)
        + " WHERE "
        + inRange()
        + " GROUP BY "
        + names(rollup)
        + " ORDER BY sum("
        + ClickHouseTypes.quote(Rollup.EVENTS)
        + ") DESC LIMIT "
        + GROUPS
        + ")\nORDER BY time";
  }

  private void ranking(Rollup rollup) {
    panels.table(
        "groups of " + rollup.table(),
        "The groups with the most events in the time range.",
        LINES_WIDTH,
        "SELECT %1$s, sum(%2$s) AS %2$s\nFROM %3$s\nWHERE %4$s\nGROUP BY %1$s\nORDER BY %2$s DESC LIMIT %5$d"
            .formatted(
                names(rollup),
                ClickHouseTypes.quote(Rollup.EVENTS),
                view(rollup),
                inRange(),
                RANKED));
  }

  private static String start() {
    return ClickHouseTypes.quote(Rollup.WINDOW_START);
  }

  private static String inRange() {
    return "$__timeFilter(" + start() + ")";
  }

  private static String names(Rollup rollup) {
    return rollup.groupBy().stream()
        .map(field -> ClickHouseTypes.quote(field.name()))
        .collect(Collectors.joining(", "));
  }

  private static String group(Rollup rollup) {
    return rollup.groupBy().stream()
        .map(field -> "toString(" + ClickHouseTypes.quote(field.name()) + ")")
        .collect(Collectors.joining(", ' / ', ", "concat(", ")"))
        .replaceFirst("^concat\\(([^,]*)\\)$", "$1");
  }

  private String view(Rollup rollup) {
    return named(rollup.table() + "_exact");
  }

  private String named(String table) {
    return ClickHouseTypes.quote(database) + "." + ClickHouseTypes.quote(table);
  }
}
