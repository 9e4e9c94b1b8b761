package io.millrace.archive.schema;

import io.millrace.contract.ColumnDefinition;
import io.millrace.contract.Contract;
import io.millrace.contract.FieldDefinition;
import io.millrace.contract.FieldType;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.apache.parquet.schema.GroupType;
import org.apache.parquet.schema.LogicalTypeAnnotation;
import org.apache.parquet.schema.LogicalTypeAnnotation.TimeUnit;
import org.apache.parquet.schema.MessageType;
import org.apache.parquet.schema.PrimitiveType.PrimitiveTypeName;
import org.apache.parquet.schema.Type;
import org.apache.parquet.schema.Types;

/**
 * The Parquet type of each contract type. Every column may be null, so that a later contract can
 * add columns; arrays and maps have the standard three levels.
 *
 * <p>A timestamp has as many digits as its column in a table. If its format allows more, a second
 * column holds them in nanoseconds, as in a table.
 */
public final class ParquetTypes {
  /** Fewest digits of a decimal that do not fit 32 bits. */
  private static final int DIGITS_OF_INT32 = 9;

  private static final int DIGITS_OF_INT64 = 18;
  private static final int MICROSECONDS = 6;
  private static final int NANOSECONDS = 9;
  private static final int UUID_BYTES = 16;

  static final String LIST = "list";
  static final String ELEMENT = "element";
  static final String KEY_VALUE = "key_value";
  static final String KEY = "key";
  static final String VALUE = "value";

  private ParquetTypes() {}

  /** The columns of an event: its record, and the fields of its row. */
  public static MessageType events(Contract contract) {
    List<Type> columns = new ArrayList<>();
    columns.add(Position.COLUMN);
    for (FieldDefinition field : contract.rowFields()) {
      columns.add(type(field, field.name()));
      if (field.hasExtraDigits()) {
        columns.add(
            Types.optional(PrimitiveTypeName.INT32)
                .named(ColumnDefinition.extraDigitsName(field.name())));
      }
    }
    return new MessageType("events", columns);
  }

  /** The paths of an event's columns that hold few different values. */
  public static Set<List<String>> fewValues(Contract contract) {
    Set<List<String>> paths = new HashSet<>();
    for (String column : Position.OF_FEW_VALUES) {
      paths.add(List.of(Position.NAME, column));
    }
    for (FieldDefinition field : contract.rowFields()) {
      if (field.lowCardinality()
          || field.type() == FieldType.ENUM
          || field.type() == FieldType.BOOLEAN) {
        paths.add(List.of(field.name()));
      }
    }
    return paths;
  }

  static Type type(FieldDefinition field, String name) {
    return switch (field.type()) {
      case STRING, TEXT, JSON, IPV4, IPV6, ENUM -> text(name);
      case INT32 -> Types.optional(PrimitiveTypeName.INT32).named(name);
      case INT64 -> Types.optional(PrimitiveTypeName.INT64).named(name);
      case UINT64 ->
          Types.optional(PrimitiveTypeName.INT64)
              .as(LogicalTypeAnnotation.intType(Long.SIZE, false))
              .named(name);
      case FLOAT32 -> Types.optional(PrimitiveTypeName.FLOAT).named(name);
      case FLOAT64 -> Types.optional(PrimitiveTypeName.DOUBLE).named(name);
      case BOOLEAN -> Types.optional(PrimitiveTypeName.BOOLEAN).named(name);
      case DECIMAL -> decimal(field, name);
      case TIMESTAMP ->
          Types.optional(PrimitiveTypeName.INT64)
              .as(LogicalTypeAnnotation.timestampType(true, unit(field.digits())))
              .named(name);
      case UUID ->
          Types.optional(PrimitiveTypeName.FIXED_LEN_BYTE_ARRAY)
              .length(UUID_BYTES)
              .as(LogicalTypeAnnotation.uuidType())
              .named(name);
      case ARRAY -> list(name, type(field.items(), ELEMENT));
      case MAP -> map(name, mapValue(field));
      case RECORD ->
          new GroupType(
              Type.Repetition.OPTIONAL,
              name,
              field.fields().stream().map(child -> type(child, child.name())).toList());
    };
  }

  static Type text(String name) {
    return Types.optional(PrimitiveTypeName.BINARY)
        .as(LogicalTypeAnnotation.stringType())
        .named(name);
  }

  static Type list(String name, Type element) {
    return Types.buildGroup(Type.Repetition.OPTIONAL)
        .as(LogicalTypeAnnotation.listType())
        .addField(new GroupType(Type.Repetition.REPEATED, LIST, element))
        .named(name);
  }

  private static Type map(String name, Type value) {
    Type key =
        Types.required(PrimitiveTypeName.BINARY).as(LogicalTypeAnnotation.stringType()).named(KEY);
    return Types.buildGroup(Type.Repetition.OPTIONAL)
        .as(LogicalTypeAnnotation.mapType())
        .addField(new GroupType(Type.Repetition.REPEATED, KEY_VALUE, key, value))
        .named(name);
  }

  private static Type mapValue(FieldDefinition map) {
    FieldDefinition value = map.items();
    return value == null ? text(VALUE) : type(value, VALUE);
  }

  private static Type decimal(FieldDefinition field, String name) {
    LogicalTypeAnnotation annotation =
        LogicalTypeAnnotation.decimalType(field.scale(), field.precision());
    if (field.precision() <= DIGITS_OF_INT32) {
      return Types.optional(PrimitiveTypeName.INT32).as(annotation).named(name);
    }
    if (field.precision() <= DIGITS_OF_INT64) {
      return Types.optional(PrimitiveTypeName.INT64).as(annotation).named(name);
    }
    return Types.optional(PrimitiveTypeName.FIXED_LEN_BYTE_ARRAY)
        .length(decimalBytes(field.precision()))
        .as(annotation)
        .named(name);
  }

  /** Bytes of the largest number with these digits, with its sign. */
  static int decimalBytes(int precision) {
    int bits = (int) Math.ceil(precision * Math.log(10) / Math.log(2)) + 1;
    return (bits + Byte.SIZE - 1) / Byte.SIZE;
  }

  static TimeUnit unit(int digits) {
    return switch (digits) {
      case MICROSECONDS -> TimeUnit.MICROS;
      case NANOSECONDS -> TimeUnit.NANOS;
      default -> TimeUnit.MILLIS;
    };
  }
}
