package io.millrace.archive.schema;

import io.millrace.contract.FieldDefinition;
import io.millrace.event.Utf8Slice;
import java.math.BigDecimal;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.Arrays;
import java.util.UUID;
import org.apache.parquet.column.ColumnWriter;
import org.apache.parquet.io.api.Binary;

/** Writes a value that is not null to its column, as {@link ParquetTypes} declares it. */
@FunctionalInterface
interface ScalarWriter {
  long MILLIS = 1_000;
  long MICROS = 1_000_000;
  long NANOS = 1_000_000_000;

  /** Digits that 32 and 64 bits hold. */
  int DIGITS_OF_INT32 = 9;

  int DIGITS_OF_INT64 = 18;

  void write(Object value, ColumnWriter column, int repetition, int definition);

  static ScalarWriter of(FieldDefinition field) {
    return switch (field.type()) {
      case STRING, TEXT, JSON, IPV4, IPV6, ENUM -> ScalarWriter::text;
      case INT32 -> (value, column, r, d) -> column.write(((Integer) value).intValue(), r, d);
      case INT64, UINT64 -> (value, column, r, d) -> column.write(((Long) value).longValue(), r, d);
      case FLOAT32 -> (value, column, r, d) -> column.write(((Float) value).floatValue(), r, d);
      case FLOAT64 -> (value, column, r, d) -> column.write(((Double) value).doubleValue(), r, d);
      case BOOLEAN -> (value, column, r, d) -> column.write(((Boolean) value).booleanValue(), r, d);
      case TIMESTAMP -> time(field.digits());
      case UUID -> (value, column, r, d) -> column.write(uuid(value.toString()), r, d);
      case DECIMAL -> decimal(field.precision(), field.scale());
      case MAP, ARRAY, RECORD ->
          throw new IllegalArgumentException("not a single value: " + field.name());
    };
  }

  /** Writes a {@link String} or a {@link Utf8Slice}. */
  static void text(Object value, ColumnWriter column, int repetition, int definition) {
    column.write(
        value instanceof Utf8Slice slice
            ? Binary.fromConstantByteArray(slice.bytes(), slice.from(), slice.length())
            : Binary.fromString((String) value),
        repetition,
        definition);
  }

  /** Rounded down, as in a table. */
  private static ScalarWriter time(int digits) {
    long units =
        switch (ParquetTypes.unit(digits)) {
          case MILLIS -> MILLIS;
          case MICROS -> MICROS;
          case NANOS -> NANOS;
        };
    long nanosOfUnit = NANOS / units;
    return (value, column, r, d) -> {
      Instant time = (Instant) value;
      column.write(time.getEpochSecond() * units + time.getNano() / nanosOfUnit, r, d);
    };
  }

  private static Binary uuid(String text) {
    UUID uuid = UUID.fromString(text);
    return Binary.fromConstantByteArray(
        ByteBuffer.allocate(2 * Long.BYTES)
            .putLong(uuid.getMostSignificantBits())
            .putLong(uuid.getLeastSignificantBits())
            .array());
  }

  private static ScalarWriter decimal(int precision, int scale) {
    if (precision <= DIGITS_OF_INT32) {
      return (value, column, r, d) ->
          column.write(((BigDecimal) value).setScale(scale).unscaledValue().intValueExact(), r, d);
    }
    if (precision <= DIGITS_OF_INT64) {
      return (value, column, r, d) ->
          column.write(((BigDecimal) value).setScale(scale).unscaledValue().longValueExact(), r, d);
    }
    int length = ParquetTypes.decimalBytes(precision);
    return (value, column, r, d) ->
        column.write(
            Binary.fromConstantByteArray(
                padded(((BigDecimal) value).setScale(scale).unscaledValue().toByteArray(), length)),
            r,
            d);
  }

  /** Big-endian, with its sign in front. */
  private static byte[] padded(byte[] number, int length) {
    byte[] padded = new byte[length];
    if (number[0] < 0) {
      Arrays.fill(padded, (byte) -1);
    }
    System.arraycopy(number, 0, padded, length - number.length, number.length);
    return padded;
  }
}
