package io.millrace.clickhouse.columns;

import io.millrace.clickhouse.conversion.FixedPoint;
import io.millrace.clickhouse.schema.ColumnConversion;
import io.millrace.clickhouse.schema.ColumnType;
import java.util.ArrayList;
import java.util.List;
import org.checkerframework.checker.nullness.qual.Nullable;

/** Creates the column of each type that has one; see {@link ColumnBlock#of}. */
final class ColumnFactory {
  private static final int COUNTED = -1;

  private ColumnFactory() {}

  static @Nullable Column of(ColumnType type, ChunkPool pool) {
    return switch (type.name()) {
      case "Nullable" -> {
        Column values = of(type.arguments().get(0), pool);
        yield values == null ? null : new NullableColumn(values, pool);
      }
      case "LowCardinality" -> dictionary(type.arguments().get(0), pool);
      case "Array", "Map" -> elements(type.arguments(), pool);
      case "String" -> new TextColumn(pool);
      default -> {
        int width = width(type);
        yield width == 0 ? null : new FixedColumn(width, pool);
      }
    };
  }

  private static @Nullable Column elements(List<ColumnType> types, ChunkPool pool) {
    List<Column> elements = new ArrayList<>();
    for (ColumnType type : types) {
      Column element = of(type, pool);
      if (element == null) {
        return null;
      }
      elements.add(element);
    }
    return new ArrayColumn(elements, pool);
  }

  private static @Nullable Column dictionary(ColumnType type, ChunkPool pool) {
    boolean nullable = type.isNullable();
    ColumnType values = type.notNull();
    int width = values.name().equals("String") ? COUNTED : width(values);
    return width == 0 ? null : new DictionaryColumn(nullable, width, pool);
  }

  /** Bytes of a value; 0 if the type has no fixed width, or is not known. */
  private static int width(ColumnType type) {
    FixedPoint number = ColumnConversion.fixedPoint(type);
    if (number != null) {
      return number.bytes();
    }
    return switch (type.name()) {
      case "Bool" -> Byte.BYTES;
      case "Float32", "IPv4" -> Float.BYTES;
      case "Float64" -> Double.BYTES;
      case "UUID", "IPv6" -> 2 * Long.BYTES;
      case "FixedString" -> type.number(0);
      default -> 0;
    };
  }
}
