package io.millrace.bigquery.schema;

import com.google.api.services.bigquery.model.TableFieldSchema;
import io.millrace.contract.Rollup;
import java.util.List;
import java.util.stream.Collectors;

/** Statements of GoogleSQL. */
public final class BigQuerySql {
  private BigQuerySql() {}

  /** A name in back quotes. Names of contracts hold only letters, digits and _. */
  static String quote(String name) {
    return "`" + name + "`";
  }

  static String qualified(String project, String dataset, String table) {
    return "`" + project + "." + dataset + "." + table + "`";
  }

  /** The query of the view that shows the last written row of each identity. */
  public static String exact(String project, String dataset, BigQueryTable table) {
    String rows =
        "SELECT *\nFROM "
            + qualified(project, dataset, table.name())
            // QUALIFY used to require one of WHERE, GROUP BY and HAVING.
            + "\nWHERE TRUE\nQUALIFY ROW_NUMBER() OVER (PARTITION BY "
            + columns(table, table.identity())
            + " ORDER BY "
            + String.join(", ", table.latest())
            + ") = 1";
    return table.sessions() ? greatestOfOverlapping(rows, table) : rows;
  }

  /**
   * Among overlapping sessions, only the one with the most events, and none that was merged into
   * another. A run that started without the earlier run's state may give a session another start,
   * and it cannot remove the earlier run's row.
   */
  private static String greatestOfOverlapping(String rows, BigQueryTable table) {
    String start = quote(Rollup.WINDOW_START);
    List<String> names =
        table.identity().stream().filter(column -> !column.equals(Rollup.WINDOW_START)).toList();
    String groups = columns(table, names);
    String group = groups.isEmpty() ? "" : "PARTITION BY " + groups + " ";
    String cluster = "PARTITION BY " + (groups.isEmpty() ? "" : groups + ", ") + "_cluster";
    String end = quote(Rollup.WINDOW_END);
    return """
        SELECT * EXCEPT (_before, _cluster)
        FROM (SELECT *, COUNTIF(_before IS NULL OR %1$s >= _before) OVER (%2$sORDER BY %1$s) AS \
        _cluster
        FROM (SELECT *, MAX(%3$s) OVER (%2$sORDER BY %1$s ROWS BETWEEN UNBOUNDED PRECEDING AND 1 \
        PRECEDING) AS _before
        FROM (%4$s)
        WHERE NOT %5$s))
        WHERE TRUE
        QUALIFY ROW_NUMBER() OVER (%6$s ORDER BY %7$s DESC, %1$s) = 1"""
        .formatted(start, group, end, rows, quote(Rollup.MERGED), cluster, quote(Rollup.EVENTS));
  }

  private static String columns(BigQueryTable table, List<String> names) {
    return names.stream().map(name -> comparable(table, name)).collect(Collectors.joining(", "));
  }

  /** A column as an expression that rows can be partitioned by; not every type can. */
  private static String comparable(BigQueryTable table, String name) {
    TableFieldSchema column =
        table.stored().stream().filter(c -> c.getName().equals(name)).findFirst().orElseThrow();
    return switch (BigQueryTypes.name(column)) {
      case "FLOAT64" -> "CAST(" + quote(name) + " AS STRING)";
      case "JSON" -> "TO_JSON_STRING(" + quote(name) + ")";
      // In an identity, only further digits can be null: in rows older than their column.
      case "INT64" ->
          BigQueryTypes.mode(column).equals(BigQueryTypes.NULLABLE)
              ? "IFNULL(" + quote(name) + ", 0)"
              : quote(name);
      default -> quote(name);
    };
  }

  /** The statement that creates a table, for people; the client does not execute it. */
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
        "CREATE TABLE IF NOT EXISTS %s (%s) PARTITION BY DATE(%s)"
            .formatted(
                qualified(project, dataset, table.name()), columns, quote(table.timeColumn()));
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

  /** A number of days, with a fraction if necessary. */
  static String days(long millis) {
    double days = millis / 86_400_000.0;
    return days == Math.rint(days) ? Long.toString((long) days) : Double.toString(days);
  }
}
