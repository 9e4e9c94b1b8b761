package io.millrace.decode.influx;

import io.millrace.contract.FieldDefinition;
import io.millrace.contract.FieldType;
import io.millrace.contract.TimeFormat;

/**
 * A field of the contract, ready for decoding.
 *
 * @param index where the value goes in a row
 * @param path for messages
 */
record Target(
    int index, FieldType type, String path, TimeFormat timeFormat, int precision, int scale) {

  static Target of(FieldDefinition field, int index) {
    return new Target(
        index,
        field.type(),
        field.dottedPath(),
        field.timeFormat() == null ? TimeFormat.ISO8601 : field.timeFormat(),
        field.type() == FieldType.TIMESTAMP ? field.digits() : field.precision(),
        field.scale());
  }
}
