package io.millrace.bigquery.schema;

import com.google.api.services.bigquery.model.TableFieldSchema;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/** Names of columns, also inside of STRUCTs, that no table of BigQuery can have. */
public final class BigQueryNames {
  /** What names of columns may not begin with. */
  private static final List<String> RESERVED =
      List.of("_table_", "_file_", "_partition", "_row_timestamp", "__root__", "_colidentifier");

  private BigQueryNames() {}

  /** One line for each name that will not do. */
  public static List<String> mistakes(String table, List<TableFieldSchema> columns) {
    List<String> mistakes = new ArrayList<>();
    add("contract, table " + table + ": column `", "", columns, mistakes);
    return mistakes;
  }

  private static void add(
      String where, String above, List<TableFieldSchema> columns, List<String> mistakes) {
    Map<String, String> seen = new HashMap<>();
    Set<String> told = new HashSet<>();
    for (TableFieldSchema column : columns) {
      String name = column.getName();
      String path = above + name;
      String lower = name.toLowerCase(Locale.ROOT);
      String before = seen.putIfAbsent(lower, path);
      if (before != null && told.add(lower)) {
        mistakes.add(where + path + "`" + same(path, before));
      }
      // A row is a map with a field of this name, which is of another type.
      if (name.equals("f")) {
        mistakes.add(where + path + "`: BigQuery's client cannot write it; give it another name");
      }
      if (RESERVED.stream().anyMatch(lower::startsWith)) {
        mistakes.add(
            where + path + "`: BigQuery keeps such names for itself; give it another name");
      }
      if (column.getFields() != null) {
        add(where, path + ".", column.getFields(), mistakes);
      }
    }
  }

  private static String same(String path, String before) {
    return path.toLowerCase(Locale.ROOT).equals(Origin.NAME)
        ? ": BigQuery's tables have a column `"
            + Origin.NAME
            + "` of Millrace's own; give the field another name"
        : ": BigQuery does not tell it from `" + before + "`; give one of them another name";
  }
}
