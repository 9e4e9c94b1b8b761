package io.millrace.decode.influx;

import io.millrace.contract.EnumValues;
import io.millrace.contract.FieldDefinition;
import io.millrace.contract.FieldType;
import io.millrace.contract.TimeFormat;
import org.checkerframework.checker.nullness.qual.Nullable;

/**
 * A field of the contract, ready for decoding.
 *
 * @param index where the value goes in a row
 * @param path for messages
 * @param values the values of an enum; null for other types
 * @param ofMap the value of a typed map, with the map's path; null for others
 */
record Target(
    int index,
    FieldType type,
    String path,
    TimeFormat timeFormat,
    int precision,
    int scale,
    @Nullable EnumValues values,
    @Nullable Target ofMap) {

  static Target of(FieldDefinition field, int index) {
    return of(field, index, field.dottedPath());
  }

  private static Target of(FieldDefinition field, int index, String path) {
    FieldDefinition inMap = field.type() == FieldType.MAP ? field.items() : null;
    return new Target(
        index,
        field.type(),
        path,
        field.timeFormat() == null ? TimeFormat.ISO8601 : field.timeFormat(),
        field.type() == FieldType.TIMESTAMP ? field.digits() : field.precision(),
        field.scale(),
        field.values(),
        inMap == null ? null : of(inMap, -1, path));
  }
}
