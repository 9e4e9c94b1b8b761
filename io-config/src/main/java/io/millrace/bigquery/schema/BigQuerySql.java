package io.millrace.bigquery.schema;

import com.google.api.services.bigquery.model.TableFieldSchema;
import io.millrace.contract.Rollup;
import java.util.List;
import java.util.stream.Collectors;

/** Statements of GoogleSQL. */
public final class BigQuerySql {
  private BigQuerySql() {}

  /** A name between back quotes. Names of contracts hold letters, digits and _ alone. */
  static String quote(String name) {
    return "`" + name + "`";
  }

  static String qualified(String project, String dataset, String table) {
    return "`" + project + "." + dataset + "." + table + "`";
  }

  /** The query of the view that shows each identity once, by the last row written of it. */
  public static String exact(String project, String dataset, BigQueryTable table) {
    String rows =
        "SELECT *\nFROM "
            + qualified(project, dataset, table.name())
            // QUALIFY was long allowed only beside one of WHERE, GROUP BY and HAVING.
            + "\nWHERE TRUE\nQUALIFY ROW_NUMBER() OVER (PARTITION BY "
            + columns(table, table.identity())
            + " ORDER BY "
            + String.join(", ", table.latest())
            + ") = 1";
    return table.sessions() ? greatestOfOverlapping(rows, table) : rows;
  }

  /**
   * Of sessions that overlap only the one with the most events, and none that has become part of
   * another. Rows that overlap stay behind where a run lost what it remembered: it gives a session
   * a start that an earlier run did not know, and cannot take back that run's row.
   */
  private static String greatestOfOverlapping(String rows, BigQueryTable table) {
    String start = quote(Rollup.WINDOW_START);
    List<String> names =
        table.identity().stream().filter(column -> !column.equals(Rollup.WINDOW_START)).toList();
    String groups = columns(table, names);
    String group = groups.isEmpty() ? "" : "PARTITION BY " + groups + " ";
    String cluster = "PARTITION BY " + (groups.isEmpty() ? "" : groups + ", ") + "_cluster";
    return "SELECT * EXCEPT (_before, _cluster)\nFROM (SELECT *, COUNTIF(_before IS NULL OR "
        + start
        + " >= _before) OVER ("
        + group
        + "ORDER BY "
        + start
        + ") AS _cluster\nFROM (SELECT *, MAX("
        + quote(Rollup.WINDOW_END)
        + ") OVER ("
        + group
        + "ORDER BY "
        + start
        + " ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) AS _before\nFROM ("
        + rows
        + ")\nWHERE NOT "
        + quote(Rollup.MERGED)
        + "))\nWHERE TRUE\nQUALIFY ROW_NUMBER() OVER ("
        + cluster
        + " ORDER BY "
        + quote(Rollup.EVENTS)
        + " DESC, "
        + start
        + ") = 1";
  }

  private static String columns(BigQueryTable table, List<String> names) {
    return names.stream().map(name -> comparable(table, name)).collect(Collectors.joining(", "));
  }

  /** A column in a form by which rows can be grouped: not every type can be. */
  private static String comparable(BigQueryTable table, String name) {
    TableFieldSchema column =
        table.stored().stream().filter(c -> c.getName().equals(name)).findFirst().orElseThrow();
    return switch (BigQueryTypes.name(column)) {
      case "FLOAT64" -> "CAST(" + quote(name) + " AS STRING)";
      case "JSON" -> "TO_JSON_STRING(" + quote(name) + ")";
      // Of the identity only further digits can be null: in rows older than their column.
      case "INT64" ->
          BigQueryTypes.mode(column).equals(BigQueryTypes.NULLABLE)
              ? "IFNULL(" + quote(name) + ", 0)"
              : quote(name);
      default -> quote(name);
    };
  }

  /** What creates a table, for people: the client takes its parts. */
  static String createTable(String project, String dataset, BigQueryTable table) {
    String columns =
        table.stored().stream()
            .map(
                c ->
                    quote(c.getName())
                        + " "
                        + BigQueryTypes.sql(c)
                        + (BigQueryTypes.mode(c).equals(BigQueryTypes.REQUIRED) ? " NOT NULL" : ""))
            .collect(Collectors.joining(", "));
    String sql =
        "CREATE TABLE IF NOT EXISTS "
            + qualified(project, dataset, table.name())
            + " ("
            + columns
            + ") PARTITION BY DATE("
            + quote(table.timeColumn())
            + ")";
    if (!table.clusterBy().isEmpty()) {
      sql +=
          " CLUSTER BY "
              + table.clusterBy().stream()
                  .map(BigQuerySql::quote)
                  .collect(Collectors.joining(", "));
    }
    return table.ttl() == null
        ? sql
        : sql + " OPTIONS (partition_expiration_days = " + days(table.ttl().toMillis()) + ")";
  }

  /** Days with a fraction. */
  static String days(long millis) {
    double days = millis / 86_400_000.0;
    return days == Math.rint(days) ? Long.toString((long) days) : Double.toString(days);
  }
}
