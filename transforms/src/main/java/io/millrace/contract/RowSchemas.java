package io.millrace.contract;

import java.util.List;
import org.apache.beam.sdk.schemas.Schema;
import org.apache.beam.sdk.schemas.logicaltypes.NanosInstant;

/**
 * Derives Beam schemas from field definitions. A timestamp is a {@link java.time.Instant}. A uint64
 * is an INT64 with the same bits: Beam has no unsigned type, and only the field definition tells
 * the two apart. Addresses and values of an enum are texts.
 */
public final class RowSchemas {
  private RowSchemas() {}

  /** The schema with one field for each definition, in order, and with its nullability. */
  public static Schema of(List<FieldDefinition> fields) {
    Schema.Builder schema = Schema.builder();
    for (FieldDefinition field : fields) {
      schema.addField(
          Schema.Field.of(field.name(), fieldType(field)).withNullable(field.nullable()));
    }
    return schema.build();
  }

  private static Schema.FieldType fieldType(FieldDefinition field) {
    return switch (field.type()) {
      case STRING, TEXT, JSON, UUID, IPV4, IPV6, ENUM -> Schema.FieldType.STRING;
      case INT32 -> Schema.FieldType.INT32;
      case INT64, UINT64 -> Schema.FieldType.INT64;
      case FLOAT32 -> Schema.FieldType.FLOAT;
      case FLOAT64 -> Schema.FieldType.DOUBLE;
      case DECIMAL -> Schema.FieldType.DECIMAL;
      case BOOLEAN -> Schema.FieldType.BOOLEAN;
      // DATETIME holds a Joda instant, which cuts off at the millisecond.
      case TIMESTAMP -> Schema.FieldType.logicalType(new NanosInstant());
      case MAP ->
          Schema.FieldType.map(
              Schema.FieldType.STRING,
              field.items() == null ? Schema.FieldType.STRING : fieldType(field.items()));
      case ARRAY -> Schema.FieldType.array(fieldType(field.items()));
      case RECORD -> Schema.FieldType.row(of(field.fields()));
    };
  }
}
