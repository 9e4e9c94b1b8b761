package io.millrace.verify;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Compares the roll-ups of query events with the same figures computed by ClickHouse from the
 * events. Counts and rates must be equal. A quantile must be within 0.5 % of the value at its rank,
 * which is the sketch's guarantee.
 */
public record RollupCheck(ClickHouseQueries tables) {
  private static final double QUANTILE_ACCURACY = 0.005;
  private static final int FIRST_FIGURE = 2;

  private static final String EVENTS =
      "(SELECT event_time, event_type, database_name, 0 AS failed FROM sink_output_exact"
          + " UNION ALL"
          + " SELECT event_time, event_type, database_name, 1 AS failed FROM error_events_exact)";

  /**
   * One row of a roll-up.
   *
   * @param rollup the roll-up's table
   * @param window the window's start, and the group if there is one
   * @param figures the roll-up's figures; empty without a row
   * @param computed the figures computed from the events; empty without events
   * @param agrees whether both match
   */
  public record Line(
      String rollup, String window, String figures, String computed, boolean agrees) {}

  /** Whether there are rows and all of them match. */
  public boolean agree() {
    List<Line> lines = compare();
    return !lines.isEmpty() && lines.stream().allMatch(Line::agrees);
  }

  /** All rows of all roll-ups, by roll-up and window. */
  public List<Line> compare() {
    List<Line> lines = new ArrayList<>();
    compare(
        lines,
        "queries_per_minute",
        "SELECT toUnixTimestamp(window_start), '', queries, failed, events"
            + " FROM queries_per_minute_exact",
        "SELECT toUnixTimestamp(toStartOfMinute(event_time)) AS minute, '',"
            + " countIf(event_type = 'query_started'), countIf(event_type = 'query_failed'),"
            + " count() FROM "
            + EVENTS
            + " GROUP BY minute",
        0,
        "%s queries, %s failed, of %s events");
    compare(
        lines,
        "error_rate_by_database",
        "SELECT toUnixTimestamp(window_start), database_name, errors, round(100 * error_rate, 9),"
            + " events FROM error_rate_by_database_exact",
        "SELECT toUnixTimestamp(toStartOfFiveMinutes(event_time)) AS start, database_name,"
            + " sum(failed), round(100 * sum(failed) / count(), 9), count() FROM "
            + EVENTS
            + " GROUP BY start, database_name",
        0,
        "%s errors, %s %%, of %s events");
    compare(
        lines,
        "query_duration",
        "SELECT toUnixTimestamp(window_start), '', duration_ms_p50, duration_ms_p95,"
            + " duration_ms_p99, events FROM query_duration_exact",
        ("SELECT toUnixTimestamp(toStartOfFiveMinutes(event_time)) AS start, '',%s%s%s"
                + " count() FROM sink_output_exact WHERE event_type = 'query_finished' GROUP"
                + " BY start")
            .formatted(atRank(0.5), atRank(0.95), atRank(0.99)),
        3,
        "p50 %s ms, p95 %s ms, p99 %s ms, of %s queries");
    return lines;
  }

  private static String atRank(double quantile) {
    return " arraySort(groupArray(duration_ms))[1 + toUInt64(floor("
        + quantile
        + " * (count(duration_ms) - 1)))],";
  }

  private void compare(
      List<Line> lines,
      String rollup,
      String rolledUp,
      String computed,
      int quantiles,
      String format) {
    Map<String, double[]> figures = read(rolledUp);
    Map<String, double[]> truth = read(computed);
    TreeSet<String> windows = new TreeSet<>(figures.keySet());
    windows.addAll(truth.keySet());
    for (String window : windows) {
      double[] found = figures.get(window);
      double[] right = truth.get(window);
      lines.add(
          new Line(
              rollup,
              window,
              found == null ? "" : shown(format, found),
              right == null ? "" : shown(format, right),
              found != null && right != null && agree(found, right, quantiles)));
    }
  }

  /** Figures by window and group; the query's first columns are window start and group. */
  private Map<String, double[]> read(String query) {
    Map<String, double[]> byWindow = new TreeMap<>();
    tables.rows(
        query,
        row -> {
          double[] figures = new double[row.length - FIRST_FIGURE];
          for (int i = 0; i < figures.length; i++) {
            figures[i] = Double.parseDouble(row[FIRST_FIGURE + i]);
          }
          Instant start = Instant.ofEpochSecond(Long.parseLong(row[0]));
          byWindow.put(row[1].isEmpty() ? start.toString() : start + " " + row[1], figures);
        });
    return byWindow;
  }

  private static boolean agree(double[] found, double[] right, int quantiles) {
    for (int i = 0; i < right.length; i++) {
      double bound = i < quantiles ? QUANTILE_ACCURACY * Math.abs(right[i]) + 1e-9 : 0;
      if (Math.abs(found[i] - right[i]) > bound) {
        return false;
      }
    }
    return true;
  }

  private static String shown(String format, double[] figures) {
    Object[] texts = new Object[figures.length];
    for (int i = 0; i < figures.length; i++) {
      texts[i] =
          figures[i] == Math.rint(figures[i])
              ? String.format(Locale.ROOT, "%,.0f", figures[i])
              : String.format(Locale.ROOT, "%.1f", figures[i]);
    }
    return String.format(Locale.ROOT, format, texts);
  }
}
