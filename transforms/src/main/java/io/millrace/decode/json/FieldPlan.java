package io.millrace.decode.json;

import io.millrace.contract.FieldDefinition;
import io.millrace.contract.FieldType;
import io.millrace.contract.TimeFormat;
import org.apache.beam.sdk.schemas.Schema;
import org.checkerframework.checker.nullness.qual.Nullable;

/** One field of the contract, ready for decoding. */
final class FieldPlan {
  final FieldType type;

  /** From the top of the event or of its record; empty for an array's element. */
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

  /** An array's element; null for other types. */
  final @Nullable FieldPlan element;

  /** A record's own fields; null for other types. */
  final @Nullable RecordPlan record;

  FieldPlan(FieldDefinition field, int index, Schema.FieldType schemaType, boolean sliced) {
    this.type = field.type();
    this.path = index < 0 ? "" : field.dottedPath();
    this.index = index;
    this.timeFormat = field.timeFormat() == null ? TimeFormat.ISO8601 : field.timeFormat();
    this.precision = field.precision();
    this.scale = field.scale();
    this.objectsOnly = field.storedAsJson();
    this.lenient = field.lenient();
    this.nullIfInvalid = field.nullIfInvalid();
    this.sliced = sliced;
    this.element =
        field.items() == null || schemaType.getCollectionElementType() == null
            ? null
            : new FieldPlan(field.items(), -1, schemaType.getCollectionElementType(), false);
    this.record =
        type != FieldType.RECORD || schemaType.getRowSchema() == null
            ? null
            : RecordPlan.compile(field.fields(), schemaType.getRowSchema(), false);
  }
}
