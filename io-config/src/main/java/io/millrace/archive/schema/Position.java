package io.millrace.archive.schema;

import io.millrace.event.Event;
import io.millrace.event.SourceRecord;
import java.nio.ByteBuffer;
import java.util.List;
import org.apache.parquet.column.ColumnWriter;
import org.apache.parquet.io.api.Binary;
import org.apache.parquet.schema.GroupType;
import org.apache.parquet.schema.LogicalTypeAnnotation;
import org.apache.parquet.schema.LogicalTypeAnnotation.TimeUnit;
import org.apache.parquet.schema.PrimitiveType.PrimitiveTypeName;
import org.apache.parquet.schema.Type;
import org.apache.parquet.schema.Types;

/**
 * The column {@link #NAME} of an archived event: its outcome, the record and the element that it
 * comes from, what decides whether it is late, and the hash of its identity.
 */
public final class Position {
  /** The name of the group. */
  public static final String NAME = "millrace";

  static final String OUTCOME = "outcome";
  static final String TOPIC = "topic";
  static final String PARTITION = "partition";
  static final String OFFSET = "offset";
  static final String ELEMENT = "element";
  static final String ELEMENTS = "elements";
  static final String RECORD_TIME = "record_time";
  static final String ARRIVAL_WATERMARK = "arrival_watermark";
  static final String IDENTITY = "identity";

  static final List<String> OF_FEW_VALUES = List.of(OUTCOME, TOPIC, PARTITION, ELEMENT, ELEMENTS);

  static final int IDENTITY_BYTES = 2 * Long.BYTES;

  static final GroupType COLUMN =
      new GroupType(
          Type.Repetition.REQUIRED,
          NAME,
          List.of(
              text(OUTCOME),
              text(TOPIC),
              Types.required(PrimitiveTypeName.INT32).named(PARTITION),
              Types.required(PrimitiveTypeName.INT64).named(OFFSET),
              Types.required(PrimitiveTypeName.INT32).named(ELEMENT),
              Types.required(PrimitiveTypeName.INT32).named(ELEMENTS),
              time(RECORD_TIME),
              time(ARRIVAL_WATERMARK),
              Types.required(PrimitiveTypeName.FIXED_LEN_BYTE_ARRAY)
                  .length(IDENTITY_BYTES)
                  .named(IDENTITY)));

  private Position() {}

  private static Type text(String name) {
    return Types.required(PrimitiveTypeName.BINARY)
        .as(LogicalTypeAnnotation.stringType())
        .named(name);
  }

  private static Type time(String name) {
    return Types.required(PrimitiveTypeName.INT64)
        .as(LogicalTypeAnnotation.timestampType(true, TimeUnit.MILLIS))
        .named(name);
  }

  /** How many columns the group has; they are the first ones of a file. */
  static int columns() {
    return COLUMN.getFieldCount();
  }

  /** Writes the group of one event. */
  static void write(List<ColumnWriter> columns, Binary outcome, Binary topic, Event event) {
    SourceRecord origin = event.origin();
    columns.get(0).write(outcome, 0, 0);
    columns.get(1).write(topic, 0, 0);
    columns.get(2).write(origin.partition(), 0, 0);
    columns.get(3).write(origin.offset(), 0, 0);
    columns.get(4).write(origin.element(), 0, 0);
    columns.get(5).write(origin.elements(), 0, 0);
    columns.get(6).write(origin.recordTimeMillis(), 0, 0);
    columns.get(7).write(origin.arrivalWatermarkMillis(), 0, 0);
    byte[] identity =
        ByteBuffer.allocate(IDENTITY_BYTES)
            .putLong(event.identityHigh())
            .putLong(event.identityLow())
            .array();
    columns.get(8).write(Binary.fromConstantByteArray(identity), 0, 0);
  }
}
