package io.millrace.cli.dashboard;

import io.millrace.contract.FieldDefinition;
import io.millrace.contract.Measure;
import io.millrace.contract.Rollup;
import io.millrace.contract.RollupWindow;
import io.millrace.verify.ClickHouseQueries;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/**
 * The queries of a roll-up. They follow from its declaration and read its exact view, so that each
 * window and group counts once, with its latest result.
 *
 * <p>If a range has more windows than a chart has room for, a point stands for several windows:
 * counts and sums of fixed windows are added, shares and means are weighted by the events, and of
 * figures that cannot be added the largest is shown, or the smallest of a minimum. Of sessions, a
 * point is the mean of those that begin in an interval. All of them are counted in {@code windows}.
 */
final class RollupSql {
  private static final String WINDOWS = "windows";

  private final Rollup rollup;
  private final List<Figure> figures = new ArrayList<>();

  /** How the windows of a point become one figure. */
  private enum Merge {
    SUM,
    WEIGHTED,
    LARGEST,
    SMALLEST
  }

  private record Figure(String column, Merge merge) {}

  RollupSql(Rollup rollup) {
    this.rollup = rollup;
    for (Measure measure : rollup.measures()) {
      numbers(measure).forEach(column -> figures.add(new Figure(column, merge(measure))));
    }
    figures.add(new Figure(Rollup.EVENTS, overlaps() ? Merge.LARGEST : Merge.SUM));
  }

  /** The columns of a measure that can be drawn. */
  static List<String> numbers(Measure measure) {
    return measure.columns().stream()
        .filter(column -> column.type().isNumber())
        .map(FieldDefinition::name)
        .toList();
  }

  private boolean overlaps() {
    return rollup.window().kind() == RollupWindow.Kind.SLIDING;
  }

  private Merge merge(Measure measure) {
    return switch (measure.kind()) {
      case COUNT, COUNT_IF, SUM -> overlaps() ? Merge.LARGEST : Merge.SUM;
      case ERROR_RATE, MEAN -> Merge.WEIGHTED;
      case MIN -> Merge.SMALLEST;
      case MAX, QUANTILES, DISTINCT -> Merge.LARGEST;
    };
  }

  /** The columns of {@link #points} after the time and the group, in order. */
  List<String> columns() {
    List<String> names = new ArrayList<>(figures.stream().map(Figure::column).toList());
    names.add(WINDOWS);
    return names;
  }

  /** The time between two points, in milliseconds: a window's, or a multiple of it. */
  long step(TimeRange range, int most) {
    if (rollup.sessions()) {
      return range.interval(most);
    }
    long period = rollup.window().period().toMillis();
    long windows = Math.max(1, (range.to() - range.from()) / period);
    return period * ((windows + most - 1) / most);
  }

  private boolean isMerged(long step) {
    return rollup.sessions() || step != rollup.window().period().toMillis();
  }

  /**
   * The groups with the most events and their sums: group as array of texts, events, and each
   * figure that can be added.
   */
  String ranking(TimeRange range, int most) {
    return "SELECT %s AS group_, sum(%s) AS sum_%s\nFROM %s\nWHERE %s\nGROUP BY group_\nORDER BY sum_ DESC, group_ LIMIT %d"
        .formatted(
            group(),
            TableQueries.quoted(Rollup.EVENTS),
            added().stream()
                .map(column -> ", sum(" + number(column) + ")")
                .collect(Collectors.joining()),
            view(),
            where(range),
            most);
  }

  /** The figures of {@link #ranking} after the events. */
  List<String> added() {
    return figures.stream()
        .filter(figure -> figure.merge == Merge.SUM && !figure.column.equals(Rollup.EVENTS))
        .map(Figure::column)
        .toList();
  }

  /**
   * The points of some groups: time in milliseconds, group as array of texts, and {@link #columns}.
   *
   * @param groups empty for a roll-up without groups
   */
  String points(TimeRange range, long step, List<List<String>> groups) {
    String time =
        "intDiv(%1$s, %2$d) * %2$d"
            .formatted(TableQueries.millis(TableQueries.quoted(Rollup.WINDOW_START)), step);
    boolean merged = isMerged(step);
    String figured =
        figures.stream()
            .map(figure -> ", " + (merged ? merged(figure) : "any(" + number(figure.column) + ")"))
            .collect(Collectors.joining());
    return "SELECT %s AS time_, %s AS group_%s, toFloat64(count())\nFROM %s\nWHERE %s%s\nGROUP BY time_, group_\nORDER BY time_"
        .formatted(time, group(), figured, view(), where(range), in(groups));
  }

  private String merged(Figure figure) {
    String column = number(figure.column);
    if (rollup.sessions()) {
      return "avg(" + column + ")";
    }
    String events = number(Rollup.EVENTS);
    return switch (figure.merge) {
      case SUM -> "sum(" + column + ")";
      case WEIGHTED ->
          "sumIf(%1$s * %2$s, isNotNull(%1$s)) / nullIf(sumIf(%2$s, isNotNull(%1$s)), 0)"
              .formatted(column, events);
      case LARGEST -> "max(" + column + ")";
      case SMALLEST -> "min(" + column + ")";
    };
  }

  private static String number(String column) {
    return "toFloat64(" + TableQueries.quoted(column) + ")";
  }

  private String group() {
    return rollup.groupBy().stream()
        .map(field -> "toString(" + TableQueries.quoted(field.name()) + ")")
        .collect(Collectors.joining(", ", "[", "]"));
  }

  private String in(List<List<String>> groups) {
    if (rollup.groupBy().isEmpty()) {
      return "";
    }
    return groups.stream()
        .map(
            group ->
                group.stream()
                    .map(ClickHouseQueries::literal)
                    .collect(Collectors.joining(", ", "[", "]")))
        .collect(Collectors.joining(", ", " AND " + group() + " IN (", ")"));
  }

  private String where(TimeRange range) {
    return range.sql(TableQueries.quoted(Rollup.WINDOW_START))
        + (rollup.sessions() ? " AND NOT " + TableQueries.quoted(Rollup.MERGED) : "");
  }

  String viewName() {
    return rollup.table() + "_exact";
  }

  private String view() {
    return TableQueries.quoted(viewName());
  }
}
