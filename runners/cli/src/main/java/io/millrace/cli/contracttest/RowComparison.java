package io.millrace.cli.contracttest;

import com.fasterxml.jackson.databind.JsonNode;
import io.millrace.contract.FieldType;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.checkerframework.checker.nullness.qual.Nullable;

/** Compares the expected columns of rows with rows that were found. */
final class RowComparison {
  private static final String NOTHING = "nothing";

  private final Map<String, FieldType> types;
  private final Set<String> keys;

  /**
   * A comparison of the rows of some tables.
   *
   * @param types the types of their columns, by name
   * @param keys the columns that identify a row of {@link #rows}
   */
  RowComparison(Map<String, FieldType> types, Set<String> keys) {
    this.types = types;
    this.keys = keys;
  }

  /**
   * Compares the columns that are expected.
   *
   * @param place where the row is, in differences
   */
  List<Difference> row(
      int line, String place, Map<String, JsonNode> expected, Map<String, Object> found) {
    List<Difference> differences = new ArrayList<>();
    expected.forEach(
        (column, value) -> {
          if (!found.containsKey(column)) {
            differences.add(
                new Difference(
                    line, place + ": " + column, ValueComparison.show(value), "no such column"));
          } else if (!equal(column, value, found)) {
            differences.add(
                new Difference(
                    line,
                    place + ": " + column,
                    ValueComparison.show(value),
                    ValueComparison.show(ValueComparison.tree(found.get(column)))));
          }
        });
    return differences;
  }

  private boolean equal(String column, JsonNode expected, Map<String, Object> found) {
    return found.containsKey(column)
        && ValueComparison.equal(
            expected,
            ValueComparison.tree(found.get(column)),
            types.getOrDefault(column, FieldType.STRING));
  }

  /**
   * Compares all rows of a table, in any order. A row without an equal one is compared with the one
   * that has the most keys in common, and of these with the one that has the most columns.
   */
  List<Difference> rows(
      int line, String table, List<Map<String, JsonNode>> expected, List<Map<String, Object>> all) {
    List<Map<String, Object>> found = new ArrayList<>(all);
    List<Map<String, JsonNode>> unequal = new ArrayList<>();
    for (Map<String, JsonNode> row : expected) {
      Map<String, Object> best = mostAlike(row, found);
      if (best != null && row(line, table, row, best).isEmpty()) {
        found.remove(best);
      } else {
        unequal.add(row);
      }
    }
    List<Difference> differences = new ArrayList<>();
    for (Map<String, JsonNode> row : unequal) {
      Map<String, Object> best = mostAlike(row, found);
      if (best == null) {
        differences.add(
            new Difference(
                line, table, "a row with " + ValueComparison.tree(row), "no further row"));
      } else {
        found.remove(best);
        differences.addAll(row(line, table, row, best));
      }
    }
    for (Map<String, Object> row : found) {
      differences.add(new Difference(line, table, NOTHING, "a row " + ValueComparison.tree(row)));
    }
    return differences;
  }

  private @Nullable Map<String, Object> mostAlike(
      Map<String, JsonNode> expected, List<Map<String, Object>> found) {
    Map<String, Object> best = null;
    long most = 0;
    for (Map<String, Object> row : found) {
      long alike = alike(expected, row);
      if (alike > most) {
        best = row;
        most = alike;
      }
    }
    return best;
  }

  /** How many of the expected columns a row has; a key counts more than all others. */
  private long alike(Map<String, JsonNode> expected, Map<String, Object> found) {
    return expected.entrySet().stream()
        .filter(entry -> equal(entry.getKey(), entry.getValue(), found))
        .mapToLong(entry -> keys.contains(entry.getKey()) ? found.size() + 1 : 1)
        .sum();
  }
}
