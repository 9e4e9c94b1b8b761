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
import java.util.function.BiFunction;
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

  static boolean possible(ColumnDefinition column) {
    return column.field().type() == FieldType.MAP || possible(column.field());
  }

  private static boolean possible(FieldDefinition field) {
    return switch (field.type()) {
      case MAP, RECORD -> false;
      case ARRAY -> possible(field.items());
      case STRING, INT32, INT64, UINT64, FLOAT32, FLOAT64, DECIMAL, BOOLEAN, TIMESTAMP -> true;
      case UUID, IPV4, IPV6, ENUM, JSON, TEXT -> true;
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
    String keys = column.name() + ":keys";
    String values = column.name() + ":values";
    FieldDefinition items = column.field().items();
    Form keyForm = Form.array(Form.asIs("String", Schema.FieldType.STRING));
    Form valueForm = items == null ? keyForm : Form.array(form(items));
    String map =
        "mapFromArrays(%s, %s)"
            .formatted(
                ClickHouseTypes.quote(keys),
                valueForm.back.apply(ClickHouseTypes.quote(values), 0));
    String type = ClickHouseTypes.of(column.field(), column.nullable());
    return new BeamIoColumn(
        List.of(
            new BeamClickHouseWrite.Column(keys, keyForm.type),
            new BeamClickHouseWrite.Column(values, valueForm.type)),
        List.of(
            Schema.Field.of(keys, keyForm.fieldType), Schema.Field.of(values, valueForm.fieldType)),
        items == null ? map : "CAST(" + map + ", " + ClickHouseTypes.literal(type) + ")",
        (value, out) -> {
          Map<?, ?> entries = (Map<?, ?>) value;
          // Keys and values have the same order.
          out.add(new ArrayList<>(entries.keySet()));
          out.add(valueForm.value.apply(entries.values()));
        });
  }

  private static BeamIoColumn ofOther(ColumnDefinition column) {
    Form form = form(column.field());
    String plain = form.type;
    UnaryOperator<Object> value =
        column.hasExtraDigits() ? time -> column.extraDigits((Instant) time) : form.value;
    return new BeamIoColumn(
        List.of(
            new BeamClickHouseWrite.Column(
                column.name(), column.nullable() ? "Nullable(" + plain + ")" : plain)),
        List.of(Schema.Field.of(column.name(), form.fieldType).withNullable(column.nullable())),
        "CAST(%s, %s)"
            .formatted(
                form.back.apply(ClickHouseTypes.quote(column.name()), 0),
                ClickHouseTypes.literal(ClickHouseTypes.of(column.field(), column.nullable()))),
        (given, out) -> out.add(given == null ? null : value.apply(given)));
  }

  /**
   * How the values of a field are staged.
   *
   * @param type of the staged column
   * @param fieldType of the same column in Beam's schema
   * @param value converts a value to the staged one
   * @param back makes the SQL expression of a staged value that CAST can convert, from the value's
   *     expression and the number of arrays around it
   */
  private record Form(
      String type,
      Schema.FieldType fieldType,
      UnaryOperator<Object> value,
      BiFunction<String, Integer, String> back) {
    static Form asIs(String type, Schema.FieldType fieldType) {
      return new Form(type, fieldType, value -> value, (name, depth) -> name);
    }

    /** A time as units since the epoch, which CAST cannot read. */
    static Form time(ChronoUnit units, String function) {
      return new Form(
          "Int64",
          Schema.FieldType.INT64,
          value -> units.between(Instant.EPOCH, (Instant) value),
          (name, depth) -> function + "(" + name + ", 'UTC')");
    }

    static Form array(Form items) {
      return new Form(
          "Array(" + items.type + ")",
          Schema.FieldType.array(items.fieldType),
          // ClickHouseIO requires a list.
          value -> {
            List<Object> list = new ArrayList<>();
            ((Collection<?>) value).forEach(v -> list.add(items.value.apply(v)));
            return list;
          },
          (name, depth) -> {
            String item = "x" + depth;
            String inner = items.back.apply(item, depth + 1);
            return inner.equals(item)
                ? name
                : "arrayMap(" + item + " -> " + inner + ", " + name + ")";
          });
    }
  }

  private static Form form(FieldDefinition field) {
    return switch (field.type()) {
      // CAST reads an address or a value of an enum from its text.
      case STRING, TEXT, JSON, UUID, IPV4, IPV6, ENUM ->
          Form.asIs("String", Schema.FieldType.STRING);
      case INT32 -> Form.asIs("Int32", Schema.FieldType.INT32);
      case INT64 -> Form.asIs("Int64", Schema.FieldType.INT64);
      // ClickHouseIO refuses a UInt64 from 2^63 on. The bits are the same.
      case UINT64 ->
          new Form(
              "Int64",
              Schema.FieldType.INT64,
              value -> value,
              (name, depth) -> "reinterpretAsUInt64(" + name + ")");
      case FLOAT32 -> Form.asIs("Float32", Schema.FieldType.FLOAT);
      case FLOAT64 -> Form.asIs("Float64", Schema.FieldType.DOUBLE);
      case BOOLEAN -> Form.asIs("Bool", Schema.FieldType.BOOLEAN);
      case DECIMAL ->
          new Form(
              "String",
              Schema.FieldType.STRING,
              value ->
                  ((BigDecimal) value)
                      .setScale(field.scale(), RoundingMode.UNNECESSARY)
                      .toPlainString(),
              (name, depth) -> name);
      case TIMESTAMP ->
          switch (field.digits()) {
            case 3 -> Form.time(ChronoUnit.MILLIS, "fromUnixTimestamp64Milli");
            case 6 -> Form.time(ChronoUnit.MICROS, "fromUnixTimestamp64Micro");
            default -> Form.time(ChronoUnit.NANOS, "fromUnixTimestamp64Nano");
          };
      case ARRAY -> Form.array(form(field.items()));
      case MAP, RECORD ->
          throw new IllegalArgumentException("column " + field.name() + " cannot be staged");
    };
  }
}
