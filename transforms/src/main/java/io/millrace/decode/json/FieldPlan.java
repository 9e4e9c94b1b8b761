package io.millrace.decode.json;

import io.millrace.contract.EnumValues;
import io.millrace.contract.FieldDefinition;
import io.millrace.contract.FieldType;
import io.millrace.contract.TimeFormat;
import org.apache.beam.sdk.schemas.Schema;
import org.checkerframework.checker.nullness.qual.Nullable;

/** One field of the contract, ready for decoding. */
final class FieldPlan {
  final FieldType type;

  /**
   * From the top of the event or of its record; empty for an array's element, and the map's path
   * for its values.
   */
  final String path;

  /** Where the value goes. */
  final int index;

  final TimeFormat timeFormat;
  final int precision;
  final int scale;

  /** Whether of all JSON only an object is taken. */
  final boolean objectsOnly;

  /** Whether the field also accepts other ways to write a value of its type. */
  final boolean lenient;

  /** Whether a value that the field does not accept counts as absent. */
  final boolean nullIfInvalid;

  /** Whether its texts may stay slices of the record; only those of the event's own row. */
  final boolean sliced;

  /** The element of an array, or the value of a typed map; null for others. */
  final @Nullable FieldPlan element;

  /** A record's own fields; null for other types. */
  final @Nullable RecordPlan record;

  /** The values of an enum; null for other types. */
  final @Nullable EnumValues values;

  FieldPlan(FieldDefinition field, int index, Schema.FieldType schemaType, boolean sliced) {
    this(field, index, field.dottedPath(), schemaType, sliced);
  }

  private FieldPlan(
      FieldDefinition field, int index, String path, Schema.FieldType schemaType, boolean sliced) {
    this.type = field.type();
    this.path = path;
    this.values = field.values();
    this.index = index;
    this.timeFormat = field.timeFormat() == null ? TimeFormat.ISO8601 : field.timeFormat();
    this.precision = field.precision();
    this.scale = field.scale();
    this.objectsOnly = field.storedAsJson();
    this.lenient = field.lenient();
    this.nullIfInvalid = field.nullIfInvalid();
    this.sliced = sliced;
    boolean map = type == FieldType.MAP;
    Schema.FieldType elementType =
        map ? schemaType.getMapValueType() : schemaType.getCollectionElementType();
    this.element =
        field.items() == null || elementType == null
            ? null
            : new FieldPlan(field.items(), -1, map ? path : "", elementType, false);
    this.record =
        type != FieldType.RECORD || schemaType.getRowSchema() == null
            ? null
            : RecordPlan.compile(field.fields(), schemaType.getRowSchema(), false);
  }
}
