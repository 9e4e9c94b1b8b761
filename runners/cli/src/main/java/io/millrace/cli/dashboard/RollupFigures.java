package io.millrace.cli.dashboard;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.millrace.contract.Contract;
import io.millrace.contract.FieldDefinition;
import io.millrace.contract.Measure;
import io.millrace.contract.Rollup;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeSet;

/**
 * The figures of one roll-up in a range of time, and how to draw them: bars for what is counted,
 * lines for the rest, and a band for quantiles.
 */
final class RollupFigures {
  private static final int MOST_POINTS = 1440;
  private static final int MOST_RANKED = 20;

  /** As many lines as can be told apart. */
  private static final int MOST_LINES = 8;

  private final TableQueries tables;
  private final List<Contract> contracts;

  RollupFigures(TableQueries tables, List<Contract> contracts) {
    this.tables = tables;
    this.contracts = contracts;
  }

  /**
   * The figures of the roll-up that the question names by {@code contract} and {@code rollup}.
   *
   * @throws IllegalArgumentException in one line, if there is no such roll-up
   */
  JsonNode answer(ApiQuery query) {
    Rollup rollup = rollup(query.required("contract"), query.required("rollup"));
    TimeRange range = query.range();
    RollupSql sql = new RollupSql(rollup);
    long step = sql.step(range, MOST_POINTS);
    ObjectNode answer = JsonNodeFactory.instance.objectNode();
    answer.put("table", rollup.table()).put("step", step);
    answer.put("window", rollup.window().kind().name().toLowerCase(Locale.ROOT));
    answer.put("size", rollup.window().size().toMillis());
    ArrayNode by = answer.putArray("group_by");
    rollup.groupBy().stream().map(FieldDefinition::name).forEach(by::add);
    charts(rollup, answer.putArray("charts"));
    return tables.with(
        queries -> {
          boolean there = queries.hasTable(sql.viewName());
          answer.put("missing", !there);
          List<JsonNode> ranked =
              there ? TableQueries.rows(queries, sql.ranking(range, MOST_RANKED)) : List.of();
          ranking(sql, ranked, answer);
          List<List<String>> groups = new ArrayList<>();
          ranked.stream().limit(MOST_LINES).forEach(row -> groups.add(texts(row.get(0))));
          List<JsonNode> points =
              groups.isEmpty()
                  ? List.of()
                  : TableQueries.rows(queries, sql.points(range, step, groups));
          series(sql, groups, points, answer);
          return answer;
        });
  }

  private Rollup rollup(String contract, String table) {
    return contracts.stream()
        .filter(one -> one.name().equals(contract))
        .flatMap(one -> one.rollups().stream())
        .filter(one -> one.table().equals(table))
        .findFirst()
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "no contract of --contract has the name %s and a roll-up %s"
                        .formatted(contract, table)));
  }

  private static void charts(Rollup rollup, ArrayNode charts) {
    for (Measure measure : rollup.measures()) {
      List<String> columns = RollupSql.numbers(measure);
      if (!columns.isEmpty()) {
        chart(charts, measure.name(), kind(measure), about(measure), columns)
            .put("share", measure.kind() == Measure.Kind.ERROR_RATE);
      }
    }
    chart(charts, Rollup.EVENTS, "bars", "counted in each window", List.of(Rollup.EVENTS));
    if (rollup.sessions()) {
      chart(charts, "sessions", "bars", "sessions that begin", List.of("windows"));
    }
  }

  private static ObjectNode chart(
      ArrayNode charts, String title, String kind, String about, List<String> columns) {
    ObjectNode chart = charts.addObject();
    chart.put("title", title).put("kind", kind).put("about", about).put("share", false);
    ArrayNode names = chart.putArray("columns");
    columns.forEach(names::add);
    return chart;
  }

  private static String kind(Measure measure) {
    return switch (measure.kind()) {
      case COUNT, COUNT_IF, SUM, DISTINCT -> "bars";
      case MIN, MAX, MEAN, ERROR_RATE -> "lines";
      case QUANTILES -> "band";
    };
  }

  private static String about(Measure measure) {
    FieldDefinition field = measure.field();
    return measure.kind().contractName().replace('_', ' ')
        + (field == null ? "" : " of " + field.name());
  }

  private static void ranking(RollupSql sql, List<JsonNode> ranked, ObjectNode answer) {
    ArrayNode added = answer.putArray("added");
    sql.added().forEach(added::add);
    ArrayNode ranking = answer.putArray("ranking");
    for (JsonNode row : ranked) {
      ObjectNode one = ranking.addObject();
      one.set("group", row.get(0));
      one.put("events", row.get(1).asLong());
      ArrayNode sums = one.putArray("sums");
      for (int i = 2; i < row.size(); i++) {
        sums.add(row.get(i));
      }
    }
  }

  /** For each group and column an array with a figure for each time; null where there is none. */
  private static void series(
      RollupSql sql, List<List<String>> groups, List<JsonNode> points, ObjectNode answer) {
    TreeSet<Long> times = new TreeSet<>();
    Map<List<String>, Map<Long, JsonNode>> byGroup = new HashMap<>();
    for (JsonNode point : points) {
      times.add(point.get(0).asLong());
      byGroup
          .computeIfAbsent(texts(point.get(1)), group -> new HashMap<>())
          .put(point.get(0).asLong(), point);
    }
    ArrayNode at = answer.putArray("times");
    times.forEach(at::add);
    ArrayNode series = answer.putArray("series");
    for (List<String> group : groups) {
      ObjectNode one = series.addObject();
      ArrayNode names = one.putArray("group");
      group.forEach(names::add);
      ObjectNode columns = one.putObject("columns");
      Map<Long, JsonNode> own = byGroup.getOrDefault(group, Map.of());
      List<String> columnNames = sql.columns();
      for (int i = 0; i < columnNames.size(); i++) {
        ArrayNode values = columns.putArray(columnNames.get(i));
        int column = i + 2;
        for (Long time : times) {
          JsonNode point = own.get(time);
          values.add(point == null ? null : point.get(column));
        }
      }
    }
  }

  private static List<String> texts(JsonNode array) {
    List<String> texts = new ArrayList<>();
    array.forEach(text -> texts.add(text.asText()));
    return texts;
  }
}
