package io.millrace.archive.schema;

import io.millrace.event.DeadLetter;
import io.millrace.event.SourceRecord;
import io.millrace.event.SourceRecord.Header;
import java.util.List;
import org.apache.parquet.column.ColumnWriter;
import org.apache.parquet.io.api.Binary;
import org.apache.parquet.schema.GroupType;
import org.apache.parquet.schema.LogicalTypeAnnotation;
import org.apache.parquet.schema.LogicalTypeAnnotation.TimeUnit;
import org.apache.parquet.schema.MessageType;
import org.apache.parquet.schema.PrimitiveType.PrimitiveTypeName;
import org.apache.parquet.schema.Type;
import org.apache.parquet.schema.Types;
import org.checkerframework.checker.nullness.qual.Nullable;

/**
 * The columns of archived dead letters, the same for every contract, and their rows: those of the
 * dead-letter table, and the watermark at the record's arrival. Headers are a list, because names
 * may repeat and a value may be null.
 */
public final class DeadRows {
  static final String TOPIC = "topic";
  static final String PARTITION = "partition";
  static final String OFFSET = "offset";
  static final String KEY = "key";
  static final String VALUE = "value";
  static final String HEADERS = "headers";
  static final String HEADER_NAME = "name";
  static final String HEADER_VALUE = "value";
  static final String CODE = "code";
  static final String MESSAGE = "message";
  static final String STAGE = "stage";
  static final String CONTRACT = "contract";
  static final String CONTRACT_VERSION = "contract_version";
  static final String CONSUMER = "consumer";
  static final String RECORD_TIME = "record_time";
  static final String FIRST_SEEN = "first_seen";
  static final String ATTEMPT = "attempt";
  static final String ELEMENT = "element";
  static final String ELEMENTS = "elements";
  static final String ARRIVAL_WATERMARK = "arrival_watermark";

  /** The columns of a dead letter. */
  public static final MessageType SCHEMA =
      new MessageType(
          "dead_letters",
          List.of(
              ParquetTypes.text(TOPIC),
              number(PARTITION),
              longNumber(OFFSET),
              bytes(KEY),
              bytes(VALUE),
              ParquetTypes.list(
                  HEADERS,
                  new GroupType(
                      Type.Repetition.OPTIONAL,
                      ParquetTypes.ELEMENT,
                      ParquetTypes.text(HEADER_NAME),
                      bytes(HEADER_VALUE))),
              ParquetTypes.text(CODE),
              ParquetTypes.text(MESSAGE),
              ParquetTypes.text(STAGE),
              ParquetTypes.text(CONTRACT),
              number(CONTRACT_VERSION),
              ParquetTypes.text(CONSUMER),
              time(RECORD_TIME),
              time(FIRST_SEEN),
              number(ATTEMPT),
              number(ELEMENT),
              number(ELEMENTS),
              time(ARRIVAL_WATERMARK)));

  /** The definition levels of a header's name and value. */
  private static final int HEADER_LEVEL = 4;

  private final List<ColumnWriter> columns;

  /** Prepares for dead letters; {@code columns} are in the order of the schema. */
  public DeadRows(List<ColumnWriter> columns) {
    this.columns = List.copyOf(columns);
  }

  private static Type number(String name) {
    return Types.optional(PrimitiveTypeName.INT32).named(name);
  }

  private static Type longNumber(String name) {
    return Types.optional(PrimitiveTypeName.INT64).named(name);
  }

  private static Type bytes(String name) {
    return Types.optional(PrimitiveTypeName.BINARY).named(name);
  }

  private static Type time(String name) {
    return Types.optional(PrimitiveTypeName.INT64)
        .as(LogicalTypeAnnotation.timestampType(true, TimeUnit.MILLIS))
        .named(name);
  }

  /** Writes one dead letter. Every dead letter can be written. */
  public void write(DeadLetter letter) {
    SourceRecord origin = letter.origin();
    text(0, origin.topic());
    columns.get(1).write(origin.partition(), 0, 1);
    columns.get(2).write(origin.offset(), 0, 1);
    bytes(columns.get(3), origin.key(), 0, 0);
    bytes(columns.get(4), origin.value(), 0, 0);
    headers(origin.headers());
    text(7, letter.code().label());
    text(8, letter.message());
    text(9, letter.stage());
    text(10, letter.contract());
    columns.get(11).write(letter.contractVersion(), 0, 1);
    text(12, letter.consumer());
    columns.get(13).write(origin.recordTimeMillis(), 0, 1);
    columns.get(14).write(letter.firstSeenMillis(), 0, 1);
    columns.get(15).write(letter.attempt(), 0, 1);
    columns.get(16).write(origin.element(), 0, 1);
    columns.get(17).write(origin.elements(), 0, 1);
    columns.get(18).write(origin.arrivalWatermarkMillis(), 0, 1);
  }

  private void text(int column, String text) {
    columns.get(column).write(Binary.fromString(text), 0, 1);
  }

  private static void bytes(
      ColumnWriter column, byte @Nullable [] bytes, int repetition, int nullLevel) {
    if (bytes == null) {
      column.writeNull(repetition, nullLevel);
    } else {
      column.write(Binary.fromConstantByteArray(bytes), repetition, nullLevel + 1);
    }
  }

  private void headers(List<Header> headers) {
    ColumnWriter names = columns.get(5);
    ColumnWriter values = columns.get(6);
    if (headers.isEmpty()) {
      names.writeNull(0, 1);
      values.writeNull(0, 1);
    }
    for (int i = 0; i < headers.size(); i++) {
      int repetition = i == 0 ? 0 : 1;
      names.write(Binary.fromString(headers.get(i).name()), repetition, HEADER_LEVEL);
      bytes(values, headers.get(i).value(), repetition, HEADER_LEVEL - 1);
    }
  }
}
