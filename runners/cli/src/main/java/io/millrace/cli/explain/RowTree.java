package io.millrace.cli.explain;

import io.millrace.contract.Alerts;
import io.millrace.contract.ColumnDefinition;
import io.millrace.contract.FieldDefinition;
import io.millrace.contract.FieldType;
import io.millrace.contract.Rollup;
import io.millrace.event.RowValues;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.beam.sdk.values.Row;
import org.checkerframework.checker.nullness.qual.Nullable;

/** The values of a row as JSON shows them. Times are in ISO 8601, UTC; decimals are texts. */
public final class RowTree {
  private RowTree() {}

  /** The columns of a table and their values, in the table's order. */
  static Map<String, Object> of(List<ColumnDefinition> columns, RowValues row) {
    Map<String, Object> tree = new LinkedHashMap<>();
    for (ColumnDefinition column : columns) {
      Object value = row.get(column.index());
      tree.put(
          column.name(),
          column.hasExtraDigits() && value instanceof Instant time
              ? column.extraDigits(time)
              : value(column.field(), value));
    }
    return tree;
  }

  /** The columns of a roll-up's result and their values, in the table's order. */
  public static Map<String, Object> of(Rollup rollup, Row result) {
    return of(rollup.columns(), result);
  }

  /** The columns of a change of an alert and their values, in the table's order. */
  public static Map<String, Object> ofChange(Row change) {
    return of(Alerts.columns(), change);
  }

  private static Map<String, Object> of(List<FieldDefinition> columns, Row result) {
    Map<String, Object> tree = new LinkedHashMap<>();
    for (int i = 0; i < columns.size(); i++) {
      tree.put(columns.get(i).name(), value(columns.get(i), result.getValue(i)));
    }
    return tree;
  }

  static @Nullable Object value(FieldDefinition field, @Nullable Object value) {
    if (value == null) {
      return null;
    } else if (value instanceof BigDecimal decimal) {
      return decimal.toPlainString();
    } else if (value instanceof Long bits && field.type() == FieldType.UINT64) {
      return new BigInteger(Long.toUnsignedString(bits));
    } else if (value instanceof Number || value instanceof Boolean) {
      return value;
    } else if (value instanceof Row row) {
      Map<String, Object> tree = new LinkedHashMap<>();
      for (int i = 0; i < field.fields().size(); i++) {
        FieldDefinition inner = field.fields().get(i);
        tree.put(inner.name(), value(inner, row.getValue(i)));
      }
      return tree;
    }
    FieldDefinition items = field.items();
    if (value instanceof Map<?, ?> map) {
      Map<String, Object> tree = new LinkedHashMap<>();
      map.forEach(
          (key, item) ->
              tree.put(String.valueOf(key), items == null ? text(item) : value(items, item)));
      return tree;
    } else if (value instanceof Iterable<?> list) {
      List<Object> tree = new ArrayList<>();
      list.forEach(item -> tree.add(items == null ? text(item) : value(items, item)));
      return tree;
    }
    return text(value);
  }

  private static String text(@Nullable Object value) {
    return String.valueOf(value);
  }
}
