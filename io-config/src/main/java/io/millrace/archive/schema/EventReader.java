package io.millrace.archive.schema;

import io.millrace.archive.schema.Converters.Bytes;
import io.millrace.archive.schema.Converters.Numbers;
import io.millrace.contract.ColumnDefinition;
import io.millrace.contract.Contract;
import io.millrace.contract.FieldDefinition;
import io.millrace.decode.AbsentFields;
import io.millrace.decode.DecodeException;
import io.millrace.event.Event;
import io.millrace.event.RowValues;
import io.millrace.event.SourceRecord;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;
import org.apache.beam.sdk.schemas.Schema;
import org.apache.parquet.io.api.Binary;
import org.apache.parquet.io.api.Converter;
import org.apache.parquet.io.api.GroupConverter;
import org.apache.parquet.io.api.RecordMaterializer;
import org.apache.parquet.schema.MessageType;
import org.apache.parquet.schema.Type;
import org.checkerframework.checker.nullness.qual.Nullable;

/**
 * Makes archived events by a contract. A field without column gets its default; a column without
 * field is not read. Not thread-safe.
 */
final class EventReader extends RecordMaterializer<ArchivedRow> implements RowReader {
  private final Contract contract;
  private final Schema schema;
  private final AbsentFields absent;
  private final MessageType requested;
  private final List<Converter> children = new ArrayList<>();
  private final @Nullable Object[] position = new @Nullable Object[Position.columns()];
  private final int[] extraDigits;
  private @Nullable Object[] values = {};
  private final Root root = new Root();

  /**
   * Prepares for a file.
   *
   * @param file the columns of the file
   */
  EventReader(Contract contract, MessageType file) {
    this.contract = contract;
    this.schema = contract.schema();
    this.absent = new AbsentFields(contract.fields());
    List<FieldDefinition> fields = contract.rowFields();
    this.extraDigits = new int[fields.size()];
    List<Type> columns = new ArrayList<>();
    columns.add(Position.COLUMN);
    children.add(new PositionConverter());
    for (int i = 0; i < fields.size(); i++) {
      FieldDefinition field = fields.get(i);
      int index = i;
      if (!file.containsField(field.name())) {
        continue;
      }
      columns.add(ParquetTypes.type(field, field.name()));
      children.add(Converters.of(field, value -> values[index] = value));
      String extra = ColumnDefinition.extraDigitsName(field.name());
      if (field.hasExtraDigits() && file.containsField(extra)) {
        columns.add(file.getType(extra));
        children.add(
            new Numbers(number -> (int) number, value -> extraDigits[index] = (Integer) value));
      }
    }
    this.requested = new MessageType(file.getName(), columns);
  }

  @Override
  public MessageType columns() {
    return requested;
  }

  @Override
  public RecordMaterializer<ArchivedRow> rows() {
    return this;
  }

  @Override
  public GroupConverter getRootConverter() {
    return root;
  }

  @Override
  public ArchivedRow getCurrentRecord() {
    for (int i = 0; i < extraDigits.length; i++) {
      if (extraDigits[i] != 0 && values[i] instanceof Instant time) {
        values[i] = time.plusNanos(extraDigits[i]);
      }
      extraDigits[i] = 0;
    }
    try {
      absent.complete(values, UnaryOperator.identity());
    } catch (DecodeException e) {
      throw new MissingColumnException(e.getMessage(), e);
    }
    ByteBuffer identity = ByteBuffer.wrap((byte[]) position[8]);
    SourceRecord origin =
        new SourceRecord(
            (String) position[1],
            (Integer) position[2],
            (Long) position[3],
            null,
            null,
            List.of(),
            (Long) position[6],
            (Long) position[7],
            null,
            (Integer) position[4],
            (Integer) position[5]);
    Instant time = (Instant) values[contract.indexOf(contract.eventTime())];
    return ArchivedRow.of(
        new Event(
            RowValues.attach(schema, values),
            identity.getLong(),
            identity.getLong(),
            time.toEpochMilli(),
            origin),
        (String) position[0]);
  }

  /** One row. */
  private final class Root extends GroupConverter {
    @Override
    public Converter getConverter(int index) {
      return children.get(index);
    }

    @Override
    public void start() {
      values = new @Nullable Object[schema.getFieldCount()];
    }

    @Override
    public void end() {}
  }

  /** The group of {@link Position}. */
  private final class PositionConverter extends GroupConverter {
    private final List<Converter> columns =
        List.of(
            text(0),
            text(1),
            number(2),
            longNumber(3),
            number(4),
            number(5),
            longNumber(6),
            longNumber(7),
            new Bytes(Binary::getBytes, value -> position[8] = value));

    private Converter text(int index) {
      return new Bytes(Binary::toStringUsingUTF8, value -> position[index] = value);
    }

    private Converter number(int index) {
      return new Numbers(value -> (int) value, value -> position[index] = value);
    }

    private Converter longNumber(int index) {
      return new Numbers(value -> value, value -> position[index] = value);
    }

    @Override
    public Converter getConverter(int index) {
      return columns.get(index);
    }

    @Override
    public void start() {}

    @Override
    public void end() {}
  }
}
