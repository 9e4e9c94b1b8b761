package io.millrace.bigquery.schema;

import com.google.api.services.bigquery.model.TableFieldSchema;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/** Finds names of columns, also inside STRUCTs, that no table of BigQuery can have. */
public final class BigQueryNames {
  private static final List<String> RESERVED =
      List.of("_table_", "_file_", "_partition", "_row_timestamp", "__root__", "_colidentifier");

  private BigQueryNames() {}

  /** One line for each name that BigQuery does not accept. */
  public static List<String> problems(String table, List<TableFieldSchema> columns) {
    List<String> problems = new ArrayList<>();
    add("contract, table " + table + ": column `", "", columns, problems);
    return problems;
  }

  private static void add(
      String where, String above, List<TableFieldSchema> columns, List<String> problems) {
    Map<String, String> seen = new HashMap<>();
    Set<String> reported = new HashSet<>();
    for (TableFieldSchema column : columns) {
      String name = column.getName();
      String path = above + name;
      String lower = name.toLowerCase(Locale.ROOT);
      String before = seen.putIfAbsent(lower, path);
      if (before != null && reported.add(lower)) {
        problems.add(where + path + "`" + same(path, before));
      }
      // TableRow, a map, has a field of this name with another type.
      if (name.equals("f")) {
        problems.add(where + path + "`: BigQuery's client cannot write it; give it another name");
      }
      if (RESERVED.stream().anyMatch(lower::startsWith)) {
        problems.add(where + path + "`: BigQuery reserves such names; give it another name");
      }
      if (column.getFields() != null) {
        add(where, path + ".", column.getFields(), problems);
      }
    }
  }

  private static String same(String path, String before) {
    return path.toLowerCase(Locale.ROOT).equals(Origin.NAME)
        ? ": BigQuery's tables have a column `"
            + Origin.NAME
            + "` of Millrace's own; give the field another name"
        : ": BigQuery does not distinguish it from `" + before + "`; give one of them another name";
  }
}
