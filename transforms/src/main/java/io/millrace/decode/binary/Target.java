package io.millrace.decode.binary;

import io.millrace.contract.EnumValues;
import io.millrace.contract.FieldDefinition;
import io.millrace.contract.FieldType;
import io.millrace.contract.TimeFormat;
import org.apache.beam.sdk.schemas.Schema;
import org.checkerframework.checker.nullness.qual.Nullable;

/** One field of a contract, as the target of values of a binary format. Immutable. */
public final class Target {
  public final FieldType type;

  /**
   * From the top of the event or of its record; empty for an array's element, and the map's path
   * for its values.
   */
  public final String path;

  /** The index of the value in its row; -1 for an array's element and a map's value. */
  public final int index;

  public final TimeFormat timeFormat;
  public final int precision;
  public final int scale;

  /** Whether the field accepts only values whose JSON is an object. */
  public final boolean objectsOnly;

  /** Whether a text may stay a slice of the record's bytes. */
  public final boolean sliced;

  /** The element of an array, or the value of a typed map; null for others. */
  public final @Nullable Target element;

  /** The row of a record; null for other types. */
  public final @Nullable RowTarget row;

  /** The values of an enum; null for other types. */
  public final @Nullable EnumValues values;

  Target(FieldDefinition field, int index, Schema.FieldType schemaType, boolean sliced) {
    this(field, index, index < 0 ? "" : field.dottedPath(), schemaType, sliced);
  }

  private Target(
      FieldDefinition field, int index, String path, Schema.FieldType schemaType, boolean sliced) {
    this.type = field.type();
    this.path = path;
    this.values = field.values();
    this.index = index;
    this.timeFormat = field.timeFormat() == null ? TimeFormat.ISO8601 : field.timeFormat();
    this.precision = field.precision();
    this.scale = field.scale();
    this.objectsOnly = field.storedAsJson();
    this.sliced = sliced;
    boolean map = type == FieldType.MAP;
    Schema.FieldType elementType =
        map ? schemaType.getMapValueType() : schemaType.getCollectionElementType();
    this.element =
        field.items() == null || elementType == null
            ? null
            : new Target(field.items(), -1, map ? path : "", elementType, false);
    Schema rowSchema = schemaType.getRowSchema();
    this.row =
        type != FieldType.RECORD || rowSchema == null
            ? null
            : RowTarget.of(field.fields(), rowSchema, false);
  }
}
