package io.millrace.clickhouse.encoding;

import io.millrace.contract.ColumnDefinition;
import io.millrace.contract.EnumValues;
import io.millrace.contract.FieldDefinition;
import io.millrace.contract.IpText;
import io.millrace.event.RowBuffer;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.RoundingMode;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import org.apache.beam.sdk.values.Row;
import org.checkerframework.checker.nullness.qual.Nullable;

/**
 * Creates the encoder of each contract type, once a table; encoding has no look-ups by name. Must
 * match the types of {@code ClickHouseTypes}.
 */
public final class ValueEncoders {
  /** First millisecond of DateTime64(3). */
  public static final long MIN_TIME = Instant.parse("1900-01-01T00:00:00Z").toEpochMilli();

  public static final long MAX_TIME = Instant.parse("2299-12-31T23:59:59.999Z").toEpochMilli();

  private static final Instant EARLIEST = Instant.ofEpochMilli(MIN_TIME);
  private static final Instant LATEST = Instant.parse("2299-12-31T23:59:59.999999999Z");

  /** Last time of DateTime64(9), a 64-bit count of nanoseconds. */
  private static final Instant LATEST_OF_NANOS = Instant.ofEpochSecond(0, Long.MAX_VALUE);

  /** Encodes one value as RowBinary. */
  @FunctionalInterface
  interface ValueEncoder {
    /**
     * Appends a value.
     *
     * @throws InvalidRowException if the column cannot hold it; the caller discards the appended
     *     bytes
     */
    void encode(@Nullable Object value, RowBuffer out) throws InvalidRowException;
  }

  private ValueEncoders() {}

  static ValueEncoder of(ColumnDefinition column) {
    return column.hasExtraDigits()
        ? (value, out) -> out.writeInt(column.extraDigits((Instant) value))
        : of(column.field(), column.nullable());
  }

  /**
   * The encoder of a field's values as returned by {@link io.millrace.event.RowValues#raw}. The
   * encoding of LowCardinality is the same.
   */
  static ValueEncoder of(FieldDefinition field, boolean nullable) {
    ValueEncoder plain = plain(field);
    String name = field.name();
    if (nullable) {
      return (value, out) -> {
        if (value == null) {
          out.writeByte(1);
        } else {
          out.writeByte(0);
          plain.encode(value, out);
        }
      };
    }
    return (value, out) -> {
      if (value == null) {
        throw new InvalidRowException("column `" + name + "` cannot hold null");
      }
      plain.encode(value, out);
    };
  }

  private static ValueEncoder plain(FieldDefinition field) {
    String name = field.name();
    return switch (field.type()) {
      case STRING, TEXT, JSON -> (value, out) -> out.writeText(value);
      case INT32 -> (value, out) -> out.writeInt((Integer) value);
      case INT64, UINT64 -> (value, out) -> out.writeLong((Long) value);
      case FLOAT32 -> (value, out) -> out.writeInt(Float.floatToRawIntBits((Float) value));
      case FLOAT64 -> (value, out) -> out.writeLong(Double.doubleToRawLongBits((Double) value));
      case BOOLEAN -> (value, out) -> out.writeByte((Boolean) value ? 1 : 0);
      case TIMESTAMP -> time(name, field.digits());
      case UUID -> (value, out) -> writeUuid(name, value.toString(), out);
      case DECIMAL -> decimal(name, field.precision(), field.scale());
      case IPV4 -> (value, out) -> writeIpv4(name, value.toString(), out);
      case IPV6 -> (value, out) -> writeIpv6(name, value.toString(), out);
      case ENUM -> enumValue(name, field.enumValues());
      case MAP ->
          field.items() == null
              ? (value, out) -> writeMap(name, (Map<?, ?>) value, out)
              : map(name, of(field.items(), false));
      case ARRAY -> array(of(field.items(), false));
      case RECORD -> record(field.fields());
    };
  }

  /**
   * The nearest time that a column can hold, for rows that must be written with any source's clock.
   */
  public static long storable(long millis) {
    return Math.max(MIN_TIME, Math.min(MAX_TIME, millis));
  }

  /** Encodes a time as units since the epoch, UTC, rounded down. */
  private static ValueEncoder time(String name, int digits) {
    return switch (digits) {
      case 3 ->
          (value, out) -> {
            Instant time = checked(name, (Instant) value, LATEST);
            out.writeLong(time.getEpochSecond() * 1_000 + time.getNano() / 1_000_000);
          };
      case 6 ->
          (value, out) -> {
            Instant time = checked(name, (Instant) value, LATEST);
            out.writeLong(time.getEpochSecond() * 1_000_000 + time.getNano() / 1_000);
          };
      default ->
          (value, out) -> {
            Instant time = checked(name, (Instant) value, LATEST_OF_NANOS);
            out.writeLong(time.getEpochSecond() * 1_000_000_000 + time.getNano());
          };
    };
  }

  /** Checks the range, because the server wraps around silently. */
  private static Instant checked(String name, Instant time, Instant latest)
      throws InvalidRowException {
    if (time.isBefore(EARLIEST) || time.isAfter(latest)) {
      throw new InvalidRowException(
          "column `"
              + name
              + "`: a time outside of 1900 to "
              + (latest.equals(LATEST) ? "2299" : "2262")
              + ", which DateTime64 cannot hold");
    }
    return time;
  }

  private static void writeUuid(String name, String text, RowBuffer out)
      throws InvalidRowException {
    if (!UuidBytes.write(text, out)) {
      throw new InvalidRowException("column `" + name + "`: not a UUID");
    }
  }

  private static void writeIpv4(String name, String text, RowBuffer out)
      throws InvalidRowException {
    long bits = IpText.ipv4Bits(text);
    if (bits < 0) {
      throw new InvalidRowException("column `" + name + "`: not an IPv4 address");
    }
    out.writeInt((int) bits);
  }

  private static void writeIpv6(String name, String text, RowBuffer out)
      throws InvalidRowException {
    byte[] address = IpText.ipv6Bytes(text);
    if (address == null) {
      throw new InvalidRowException("column `" + name + "`: not an IPv6 address");
    }
    out.writeRaw(address, 0, address.length);
  }

  private static ValueEncoder enumValue(String name, EnumValues values) {
    boolean wide = !values.fitsByte();
    return (value, out) -> {
      Integer number = values.number(value.toString());
      if (number == null) {
        throw new InvalidRowException("column `" + name + "`: not a value of the enum");
      }
      out.writeByte(number);
      if (wide) {
        out.writeByte(number >> Byte.SIZE);
      }
    };
  }

  private static ValueEncoder decimal(String name, int precision, int scale) {
    return (value, out) -> {
      BigDecimal scaled;
      try {
        scaled = ((BigDecimal) value).setScale(scale, RoundingMode.UNNECESSARY);
      } catch (ArithmeticException e) {
        throw new InvalidRowException(
            "column `" + name + "`: more than " + scale + " digits after the point");
      }
      if (scaled.precision() > precision) {
        throw new InvalidRowException("column `" + name + "`: more than " + precision + " digits");
      }
      BigInteger unscaled = scaled.unscaledValue();
      if (precision <= 9) {
        out.writeInt(unscaled.intValue());
      } else {
        out.writeLong(unscaled.longValue());
        if (precision > 18) {
          out.writeLong(unscaled.shiftRight(Long.SIZE).longValue());
        }
      }
    };
  }

  private static void writeMap(String name, Map<?, ?> map, RowBuffer out)
      throws InvalidRowException {
    out.writeVarInt(map.size());
    for (Map.Entry<?, ?> entry : map.entrySet()) {
      if (entry.getKey() == null || entry.getValue() == null) {
        throw new InvalidRowException("column `" + name + "`: the map contains null");
      }
      out.writeString((String) entry.getKey());
      out.writeString((String) entry.getValue());
    }
  }

  private static ValueEncoder map(String name, ValueEncoder values) {
    return (value, out) -> {
      Map<?, ?> map = (Map<?, ?>) value;
      out.writeVarInt(map.size());
      for (Map.Entry<?, ?> entry : map.entrySet()) {
        if (entry.getKey() == null) {
          throw new InvalidRowException("column `" + name + "`: the map contains null");
        }
        out.writeString((String) entry.getKey());
        values.encode(entry.getValue(), out);
      }
    };
  }

  private static ValueEncoder array(ValueEncoder items) {
    return (value, out) -> {
      Collection<?> elements = (Collection<?>) value;
      out.writeVarInt(elements.size());
      for (Object element : elements) {
        items.encode(element, out);
      }
    };
  }

  private static ValueEncoder record(List<FieldDefinition> fields) {
    ValueEncoder[] encoders =
        fields.stream().map(f -> of(f, f.nullable())).toArray(ValueEncoder[]::new);
    return (value, out) -> {
      Row row = (Row) value;
      for (int i = 0; i < encoders.length; i++) {
        encoders[i].encode(row.getValue(i), out);
      }
    };
  }
}
