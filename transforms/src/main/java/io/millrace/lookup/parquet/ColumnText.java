package io.millrace.lookup.parquet;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.LocalDate;
import java.time.temporal.ChronoUnit;
import java.util.UUID;
import org.apache.parquet.column.ColumnReader;
import org.apache.parquet.schema.LogicalTypeAnnotation;
import org.apache.parquet.schema.LogicalTypeAnnotation.DateLogicalTypeAnnotation;
import org.apache.parquet.schema.LogicalTypeAnnotation.DecimalLogicalTypeAnnotation;
import org.apache.parquet.schema.LogicalTypeAnnotation.IntLogicalTypeAnnotation;
import org.apache.parquet.schema.LogicalTypeAnnotation.TimestampLogicalTypeAnnotation;
import org.apache.parquet.schema.LogicalTypeAnnotation.UUIDLogicalTypeAnnotation;
import org.apache.parquet.schema.PrimitiveType;
import org.checkerframework.checker.nullness.qual.Nullable;

/** Gives the values of one type as the texts that look-ups read: as CSV has them. */
@FunctionalInterface
interface ColumnText {
  /** The Julian day of 1970-01-01. */
  int EPOCH_JULIAN_DAY = 2_440_588;

  /**
   * The current value of a reader, which is not null.
   *
   * @throws CharacterCodingException if it is a text that is not UTF-8
   */
  String text(ColumnReader reader) throws CharacterCodingException;

  /**
   * The texts of a type; null if it has none.
   *
   * @param type texts, numbers, decimals, dates, times, UUIDs or booleans; bytes without a logical
   *     type are texts
   */
  static @Nullable ColumnText of(PrimitiveType type) {
    LogicalTypeAnnotation logical = type.getLogicalTypeAnnotation();
    return switch (type.getPrimitiveTypeName()) {
      case BOOLEAN -> reader -> Boolean.toString(reader.getBoolean());
      case FLOAT -> reader -> Float.toString(reader.getFloat());
      case DOUBLE -> reader -> Double.toString(reader.getDouble());
      case INT32 -> int32(logical);
      case INT64 -> int64(logical);
      case INT96 -> reader -> int96(reader.getBinary().getBytes());
      case BINARY ->
          logical instanceof DecimalLogicalTypeAnnotation decimal
              ? decimal(decimal.getScale())
              : reader -> utf8(reader.getBinary().toByteBuffer());
      case FIXED_LEN_BYTE_ARRAY -> fixed(logical);
    };
  }

  private static @Nullable ColumnText int32(@Nullable LogicalTypeAnnotation logical) {
    if (logical == null) {
      return reader -> Integer.toString(reader.getInteger());
    }
    if (logical instanceof DateLogicalTypeAnnotation) {
      return reader -> LocalDate.ofEpochDay(reader.getInteger()).toString();
    }
    if (logical instanceof DecimalLogicalTypeAnnotation decimal) {
      return reader -> BigDecimal.valueOf(reader.getInteger(), decimal.getScale()).toString();
    }
    if (logical instanceof IntLogicalTypeAnnotation integer) {
      return integer.isSigned()
          ? reader -> Integer.toString(reader.getInteger())
          : reader -> Integer.toUnsignedString(reader.getInteger());
    }
    return null;
  }

  private static @Nullable ColumnText int64(@Nullable LogicalTypeAnnotation logical) {
    if (logical == null) {
      return reader -> Long.toString(reader.getLong());
    }
    if (logical instanceof TimestampLogicalTypeAnnotation time) {
      ChronoUnit unit =
          switch (time.getUnit()) {
            case MILLIS -> ChronoUnit.MILLIS;
            case MICROS -> ChronoUnit.MICROS;
            case NANOS -> ChronoUnit.NANOS;
          };
      return reader -> Instant.EPOCH.plus(reader.getLong(), unit).toString();
    }
    if (logical instanceof DecimalLogicalTypeAnnotation decimal) {
      return reader -> BigDecimal.valueOf(reader.getLong(), decimal.getScale()).toString();
    }
    if (logical instanceof IntLogicalTypeAnnotation integer) {
      return integer.isSigned()
          ? reader -> Long.toString(reader.getLong())
          : reader -> Long.toUnsignedString(reader.getLong());
    }
    return null;
  }

  /** The time in the older form of Impala and Spark: nanoseconds of a day, and the Julian day. */
  private static String int96(byte[] bytes) {
    ByteBuffer value = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    long nanos = value.getLong();
    long day = value.getInt() - (long) EPOCH_JULIAN_DAY;
    return Instant.EPOCH.plus(day, ChronoUnit.DAYS).plusNanos(nanos).toString();
  }

  private static ColumnText decimal(int scale) {
    return reader ->
        new BigDecimal(new BigInteger(reader.getBinary().getBytes()), scale).toString();
  }

  private static @Nullable ColumnText fixed(@Nullable LogicalTypeAnnotation logical) {
    if (logical instanceof DecimalLogicalTypeAnnotation decimal) {
      return decimal(decimal.getScale());
    }
    if (logical instanceof UUIDLogicalTypeAnnotation) {
      return reader -> {
        ByteBuffer value = reader.getBinary().toByteBuffer();
        return new UUID(value.getLong(), value.getLong()).toString();
      };
    }
    return null;
  }

  /** A text; fails for bytes that are not UTF-8. */
  private static String utf8(ByteBuffer bytes) throws CharacterCodingException {
    return StandardCharsets.UTF_8.newDecoder().decode(bytes).toString();
  }
}
