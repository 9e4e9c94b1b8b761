package io.millrace.clickhouse.beamio;

import io.millrace.clickhouse.beam.BeamClickHouseWrite;
import io.millrace.clickhouse.schema.ClickHouseTypes;
import io.millrace.contract.ColumnDefinition;
import io.millrace.contract.FieldDefinition;
import io.millrace.contract.FieldType;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.apache.beam.sdk.schemas.Schema;
import org.checkerframework.checker.nullness.qual.Nullable;

/**
 * A column staged for Beam's ClickHouseIO: one or two columns of types that ClickHouseIO writes
 * correctly, and a lossless expression back to the table's value.
 *
 * @param staged the columns that ClickHouseIO writes
 * @param fields the same columns in Beam's schema
 * @param expression SQL expression of the table's value
 * @param stager converts a row's value to staged values
 */
record BeamIoColumn(
    List<BeamClickHouseWrite.Column> staged,
    List<Schema.Field> fields,
    String expression,
    Stager stager) {

  /** Appends the staged values of a valid value. */
  @FunctionalInterface
  interface Stager {
    void stage(@Nullable Object value, List<@Nullable Object> out);
  }

  /** Whether the column can be staged. */
  static boolean possible(ColumnDefinition column) {
    return column.field().type() == FieldType.MAP || possible(column.field());
  }

  private static boolean possible(FieldDefinition field) {
    return switch (field.type()) {
      case MAP, RECORD -> false;
      case ARRAY -> possible(field.items());
      case STRING, INT32, INT64, FLOAT64, DECIMAL, BOOLEAN, TIMESTAMP, UUID, JSON, TEXT -> true;
    };
  }

  /** Stages a column, which must be {@link #possible}. */
  static BeamIoColumn of(ColumnDefinition column) {
    return column.field().type() == FieldType.MAP ? ofMap(column) : ofOther(column);
  }

  /**
   * Stages a map as its keys and values. The names are unique, because contract columns contain no
   * colon.
   */
  private static BeamIoColumn ofMap(ColumnDefinition column) {
    List<BeamClickHouseWrite.Column> staged = new ArrayList<>();
    List<Schema.Field> fields = new ArrayList<>();
    for (String part : List.of(":keys", ":values")) {
      staged.add(new BeamClickHouseWrite.Column(column.name() + part, "Array(String)"));
      fields.add(
          Schema.Field.of(column.name() + part, Schema.FieldType.array(Schema.FieldType.STRING)));
    }
    return new BeamIoColumn(
        staged,
        fields,
        "mapFromArrays(%s, %s)"
            .formatted(
                ClickHouseTypes.quote(staged.get(0).name()),
                ClickHouseTypes.quote(staged.get(1).name())),
        (value, out) -> {
          Map<?, ?> map = (Map<?, ?>) value;
          // Keys and values have the same order.
          out.add(new ArrayList<>(map.keySet()));
          out.add(new ArrayList<>(map.values()));
        });
  }

  private static BeamIoColumn ofOther(ColumnDefinition column) {
    FieldDefinition field = column.field();
    String plain = type(field);
    String name = ClickHouseTypes.quote(column.name());
    UnaryOperator<Object> value =
        column.hasExtraDigits() ? time -> column.extraDigits((Instant) time) : value(field);
    return new BeamIoColumn(
        List.of(
            new BeamClickHouseWrite.Column(
                column.name(), column.nullable() ? "Nullable(" + plain + ")" : plain)),
        List.of(Schema.Field.of(column.name(), fieldType(field)).withNullable(column.nullable())),
        "CAST(%s, %s)"
            .formatted(
                converted(field, name, 0),
                ClickHouseTypes.literal(ClickHouseTypes.of(field, column.nullable()))),
        (given, out) -> out.add(given == null ? null : value.apply(given)));
  }

  /** The type of the staged column. */
  private static String type(FieldDefinition field) {
    return switch (field.type()) {
      case STRING, TEXT, JSON, UUID, DECIMAL -> "String";
      case INT32 -> "Int32";
      case INT64, TIMESTAMP -> "Int64";
      case FLOAT64 -> "Float64";
      case BOOLEAN -> "Bool";
      case ARRAY -> "Array(" + type(field.items()) + ")";
      case MAP, RECORD -> throw impossible(field);
    };
  }

  private static Schema.FieldType fieldType(FieldDefinition field) {
    return switch (field.type()) {
      case STRING, TEXT, JSON, UUID, DECIMAL -> Schema.FieldType.STRING;
      case INT32 -> Schema.FieldType.INT32;
      case INT64, TIMESTAMP -> Schema.FieldType.INT64;
      case FLOAT64 -> Schema.FieldType.DOUBLE;
      case BOOLEAN -> Schema.FieldType.BOOLEAN;
      case ARRAY -> Schema.FieldType.array(fieldType(field.items()));
      case MAP, RECORD -> throw impossible(field);
    };
  }

  private static UnaryOperator<Object> value(FieldDefinition field) {
    return switch (field.type()) {
      case TIMESTAMP -> time(field.digits());
      case DECIMAL ->
          value ->
              ((BigDecimal) value)
                  .setScale(field.scale(), RoundingMode.UNNECESSARY)
                  .toPlainString();
      case ARRAY -> {
        UnaryOperator<Object> item = value(field.items());
        // ClickHouseIO requires a list.
        yield value -> {
          List<Object> items = new ArrayList<>();
          ((Collection<?>) value).forEach(v -> items.add(item.apply(v)));
          return items;
        };
      }
      case STRING, INT32, INT64, FLOAT64, BOOLEAN, UUID, JSON, TEXT -> value -> value;
      case MAP, RECORD -> throw impossible(field);
    };
  }

  private static UnaryOperator<Object> time(int digits) {
    return switch (digits) {
      case 3 -> value -> ((Instant) value).toEpochMilli();
      case 6 -> value -> ChronoUnit.MICROS.between(Instant.EPOCH, (Instant) value);
      default -> value -> ChronoUnit.NANOS.between(Instant.EPOCH, (Instant) value);
    };
  }

  /** Converts a time from units since the epoch, which CAST cannot do. */
  private static String converted(FieldDefinition field, String name, int depth) {
    return switch (field.type()) {
      case TIMESTAMP ->
          switch (field.digits()) {
                case 3 -> "fromUnixTimestamp64Milli(";
                case 6 -> "fromUnixTimestamp64Micro(";
                default -> "fromUnixTimestamp64Nano(";
              }
              + name
              + ", 'UTC')";
      case ARRAY -> {
        String item = "x" + depth;
        String inner = converted(field.items(), item, depth + 1);
        yield inner.equals(item) ? name : "arrayMap(" + item + " -> " + inner + ", " + name + ")";
      }
      case STRING, INT32, INT64, FLOAT64, DECIMAL, BOOLEAN, UUID, JSON, TEXT -> name;
      case MAP, RECORD -> throw impossible(field);
    };
  }

  private static IllegalArgumentException impossible(FieldDefinition field) {
    return new IllegalArgumentException("column " + field.name() + " cannot be staged");
  }
}
