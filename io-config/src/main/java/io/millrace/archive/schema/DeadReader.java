package io.millrace.archive.schema;

import io.millrace.archive.schema.Converters.Bytes;
import io.millrace.archive.schema.Converters.Lists;
import io.millrace.archive.schema.Converters.Numbers;
import io.millrace.event.DeadLetter;
import io.millrace.event.DeadLetterCode;
import io.millrace.event.SourceRecord;
import io.millrace.event.SourceRecord.Header;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.function.Consumer;
import org.apache.parquet.io.api.Binary;
import org.apache.parquet.io.api.Converter;
import org.apache.parquet.io.api.GroupConverter;
import org.apache.parquet.io.api.RecordMaterializer;
import org.apache.parquet.schema.MessageType;
import org.apache.parquet.schema.Type;
import org.checkerframework.checker.nullness.qual.Nullable;

/** Makes archived dead letters. Not thread-safe. */
final class DeadReader extends RecordMaterializer<ArchivedRow> implements RowReader {
  private final @Nullable Object[] values = new @Nullable Object[DeadRows.SCHEMA.getFieldCount()];
  private final List<Converter> children = new ArrayList<>();
  private final Root root = new Root();

  DeadReader() {
    for (int i = 0; i < values.length; i++) {
      int index = i;
      children.add(converter(DeadRows.SCHEMA.getType(i), value -> values[index] = value));
    }
  }

  private static Converter converter(Type type, Consumer<Object> target) {
    if (!type.isPrimitive()) {
      return new Lists(HeaderConverter::new, target);
    }
    return switch (type.asPrimitiveType().getPrimitiveTypeName()) {
      case INT32 -> new Numbers(number -> (int) number, target);
      case INT64 -> new Numbers(number -> number, target);
      default ->
          new Bytes(
              type.getLogicalTypeAnnotation() == null
                  ? Binary::getBytes
                  : Binary::toStringUsingUTF8,
              target);
    };
  }

  @Override
  public MessageType columns() {
    return DeadRows.SCHEMA;
  }

  @Override
  public RecordMaterializer<ArchivedRow> rows() {
    return this;
  }

  @Override
  public GroupConverter getRootConverter() {
    return root;
  }

  private String text(String column) {
    return String.valueOf(value(column));
  }

  private int number(String column) {
    return value(column) instanceof Integer number ? number : 0;
  }

  private long longNumber(String column) {
    return value(column) instanceof Long number ? number : 0;
  }

  private @Nullable Object value(String column) {
    return values[DeadRows.SCHEMA.getFieldIndex(column)];
  }

  @Override
  public ArchivedRow getCurrentRecord() {
    List<Header> headers = new ArrayList<>();
    if (value(DeadRows.HEADERS) instanceof List<?> list) {
      list.forEach(header -> headers.add((Header) header));
    }
    SourceRecord origin =
        new SourceRecord(
            text(DeadRows.TOPIC),
            number(DeadRows.PARTITION),
            longNumber(DeadRows.OFFSET),
            (byte[]) value(DeadRows.KEY),
            (byte[]) value(DeadRows.VALUE),
            List.copyOf(headers),
            longNumber(DeadRows.RECORD_TIME),
            longNumber(DeadRows.ARRIVAL_WATERMARK),
            null,
            number(DeadRows.ELEMENT),
            number(DeadRows.ELEMENTS));
    return ArchivedRow.of(
        new DeadLetter(
            origin,
            DeadLetterCode.valueOf(text(DeadRows.CODE).toUpperCase(Locale.ROOT)),
            text(DeadRows.MESSAGE),
            text(DeadRows.STAGE),
            text(DeadRows.CONTRACT),
            number(DeadRows.CONTRACT_VERSION),
            text(DeadRows.CONSUMER),
            longNumber(DeadRows.FIRST_SEEN),
            number(DeadRows.ATTEMPT)));
  }

  private final class Root extends GroupConverter {
    @Override
    public Converter getConverter(int index) {
      return children.get(index);
    }

    @Override
    public void start() {
      Arrays.fill(values, null);
    }

    @Override
    public void end() {}
  }

  /** A header's name and value. */
  private static final class HeaderConverter extends GroupConverter {
    private final Consumer<Object> target;
    private final Converter names;
    private final Converter bytes;
    private String name = "";
    private byte @Nullable [] value;

    HeaderConverter(Consumer<Object> target) {
      this.target = target;
      this.names = new Bytes(Binary::toStringUsingUTF8, text -> name = (String) text);
      this.bytes = new Bytes(Binary::getBytes, some -> value = (byte[]) some);
    }

    @Override
    public Converter getConverter(int index) {
      return index == 0 ? names : bytes;
    }

    @Override
    public void start() {
      value = null;
    }

    @Override
    public void end() {
      target.accept(new Header(name, value));
    }
  }
}
