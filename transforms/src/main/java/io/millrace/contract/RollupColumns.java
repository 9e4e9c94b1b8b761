package io.millrace.contract;

import java.util.List;

/** Columns that a rollup's table has and no event declares. */
public final class RollupColumns {
  static final int MOST_DIGITS = 38;

  private RollupColumns() {}

  public static FieldDefinition of(String name, FieldType type, boolean required) {
    return new FieldDefinition(
        name, List.of(), type, required, null, null, 0, 0, null, List.of(), false);
  }

  static FieldDefinition decimal(String name, int precision, int scale) {
    return new FieldDefinition(
        name,
        List.of(),
        FieldType.DECIMAL,
        true,
        null,
        null,
        precision,
        scale,
        null,
        List.of(),
        false);
  }

  /** A column that holds values of an event's field. */
  static FieldDefinition like(String name, FieldDefinition field, boolean required) {
    return new FieldDefinition(
        name,
        List.of(),
        field.type(),
        required,
        null,
        field.timeFormat(),
        field.precision(),
        field.scale(),
        null,
        List.of(),
        required && field.lowCardinality());
  }
}
