package io.millrace.decode;

import io.millrace.contract.FieldDefinition;
import io.millrace.contract.FieldType;
import io.millrace.contract.IpText;
import io.millrace.contract.TimeFormat;
import io.millrace.event.DeadLetterCode;
import io.millrace.event.Utf8Slice;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import org.checkerframework.checker.nullness.qual.Nullable;

/**
 * Reads the values of fields from texts, for formats that have nothing but texts. A number is
 * written as in JSON, a boolean as {@code true} or {@code false}, a time in its {@link TimeFormat}.
 * Nothing is coerced or rounded: no blanks around a value, no plus sign, no leading zeros.
 *
 * <p>Not thread-safe: holds what {@link IsoTime} and {@link Decimals} hold.
 */
public final class TextValueReader {
  /** A long of so many digits needs no check. */
  private static final int SAFE_DIGITS = 18;

  /** The digits and the sign of a long. */
  private static final int MOST_LONG_CHARS = 20;

  private final IsoTime iso = new IsoTime();
  private final Decimals decimals = new Decimals();

  /** Whether texts can hold values of a type. */
  public static boolean reads(FieldType type) {
    return switch (type) {
      case STRING, TEXT, INT32, INT64, UINT64, FLOAT32, FLOAT64, DECIMAL, BOOLEAN -> true;
      case TIMESTAMP, UUID, IPV4, IPV6, ENUM -> true;
      case JSON, MAP, ARRAY, RECORD -> false;
    };
  }

  /**
   * The value of a field; a text as a slice of the bytes.
   *
   * @param bytes valid UTF-8 from one index up to another, not empty between them for anything but
   *     a text
   * @throws DecodeException if the text is no value of the field
   */
  public Object read(FieldDefinition field, byte[] bytes, int from, int to) throws DecodeException {
    return switch (field.type()) {
      case STRING, TEXT -> new Utf8Slice(bytes, from, to - from);
      case INT32 -> int32(field, bytes, from, to);
      case INT64 -> int64(field, bytes, from, to, "an integer of 64 bits");
      case UINT64 -> uint64(field, bytes, from, to);
      case FLOAT32 -> float32(field, bytes, from, to);
      case FLOAT64 -> float64(field, bytes, from, to);
      case DECIMAL -> decimal(field, text(bytes, from, to));
      case BOOLEAN -> bool(field, bytes, from, to);
      case TIMESTAMP -> time(field, bytes, from, to);
      case UUID -> uuid(field, text(bytes, from, to));
      case IPV4 -> address(field, IpText.ipv4(text(bytes, from, to)), IpText.EXPECTED_IPV4);
      case IPV6 -> address(field, IpText.ipv6(text(bytes, from, to)), IpText.EXPECTED_IPV6);
      case ENUM -> enumValue(field, text(bytes, from, to));
      case JSON, MAP, ARRAY, RECORD -> throw new IllegalStateException("no text: " + field.type());
    };
  }

  private static Integer int32(FieldDefinition field, byte[] bytes, int from, int to)
      throws DecodeException {
    long value = int64(field, bytes, from, to, "an integer of 32 bits");
    if (value != (int) value) {
      throw fail(DeadLetterCode.NUMBER_OVERFLOW, field, "expected an integer of 32 bits");
    }
    return (int) value;
  }

  private static long int64(FieldDefinition field, byte[] bytes, int from, int to, String expected)
      throws DecodeException {
    if (!NumberBytes.isInteger(bytes, from, to)) {
      throw fail(DeadLetterCode.WRONG_TYPE, field, "expected " + expected);
    }
    if (to - from <= SAFE_DIGITS) {
      return NumberBytes.shortInteger(bytes, from, to);
    }
    if (to - from <= MOST_LONG_CHARS) {
      try {
        return Long.parseLong(text(bytes, from, to));
      } catch (NumberFormatException e) {
        // It is an integer, so it is too large.
      }
    }
    throw fail(DeadLetterCode.NUMBER_OVERFLOW, field, "expected " + expected);
  }

  private static Long uint64(FieldDefinition field, byte[] bytes, int from, int to)
      throws DecodeException {
    if (!NumberBytes.isInteger(bytes, from, to)) {
      throw fail(DeadLetterCode.WRONG_TYPE, field, "expected " + NumberText.UINT64);
    }
    Long value = NumberText.unsigned(text(bytes, from, to));
    if (value == null) {
      throw fail(DeadLetterCode.NUMBER_OVERFLOW, field, "expected " + NumberText.UINT64);
    }
    return value;
  }

  private static Float float32(FieldDefinition field, byte[] bytes, int from, int to)
      throws DecodeException {
    requireNumber(field, bytes, from, to);
    float value = Float.parseFloat(text(bytes, from, to));
    if (Float.isInfinite(value)) {
      throw fail(DeadLetterCode.NUMBER_OVERFLOW, field, "expected " + NumberText.FLOAT32);
    }
    return value;
  }

  private static void requireNumber(FieldDefinition field, byte[] bytes, int from, int to)
      throws DecodeException {
    if (!NumberBytes.isNumber(bytes, from, to)) {
      throw NumberBytes.isNotFinite(bytes, from, to)
          ? fail(DeadLetterCode.NOT_A_NUMBER, field, "expected a number that is finite")
          : fail(DeadLetterCode.WRONG_TYPE, field, "expected a number");
    }
  }

  private static Double float64(FieldDefinition field, byte[] bytes, int from, int to)
      throws DecodeException {
    if (to - from < SAFE_DIGITS && NumberBytes.isInteger(bytes, from, to)) {
      long value = NumberBytes.shortInteger(bytes, from, to);
      // A double has two zeros.
      if (value != 0) {
        return (double) value;
      }
    }
    requireNumber(field, bytes, from, to);
    double value = Double.parseDouble(text(bytes, from, to));
    if (Double.isInfinite(value)) {
      throw fail(DeadLetterCode.NUMBER_OVERFLOW, field, "expected a number of 64 bits");
    }
    return value;
  }

  private BigDecimal decimal(FieldDefinition field, String text) throws DecodeException {
    BigDecimal value = decimals.read(text, field.precision(), field.scale());
    if (value != null) {
      return value;
    }
    throw switch (decimals.problem()) {
      case NO_NUMBER -> fail(DeadLetterCode.WRONG_TYPE, field, "expected a number");
      case TOO_MANY_WHOLE_DIGITS, TOO_MANY_FRACTION_DIGITS ->
          fail(
              DeadLetterCode.NUMBER_OVERFLOW,
              field,
              decimals.excess(field.precision(), field.scale()));
    };
  }

  private static Boolean bool(FieldDefinition field, byte[] bytes, int from, int to)
      throws DecodeException {
    if (NumberBytes.isWord(bytes, from, to, "true")) {
      return true;
    } else if (NumberBytes.isWord(bytes, from, to, "false")) {
      return false;
    }
    if (field.lenient() && to - from == 1 && (bytes[from] == '0' || bytes[from] == '1')) {
      return bytes[from] == '1';
    }
    throw fail(DeadLetterCode.WRONG_TYPE, field, "expected true or false");
  }

  private static String uuid(FieldDefinition field, String text) throws DecodeException {
    String uuid = UuidText.canonical(text);
    if (uuid == null) {
      throw fail(DeadLetterCode.WRONG_TYPE, field, UuidText.EXPECTED);
    }
    return uuid;
  }

  private static String address(FieldDefinition field, @Nullable String canonical, String expected)
      throws DecodeException {
    if (canonical == null) {
      throw fail(DeadLetterCode.WRONG_TYPE, field, expected);
    }
    return canonical;
  }

  private static String enumValue(FieldDefinition field, String text) throws DecodeException {
    if (!field.enumValues().contains(text)) {
      throw fail(DeadLetterCode.UNKNOWN_VALUE, field, field.enumValues().expected());
    }
    return text;
  }

  private Instant time(FieldDefinition field, byte[] bytes, int from, int to)
      throws DecodeException {
    TimeFormat format = field.timeFormat() == null ? TimeFormat.ISO8601 : field.timeFormat();
    Instant time =
        format == TimeFormat.ISO8601
            ? isoTime(field, bytes, from, to)
            : epoch(field, format, bytes, from, to);
    if (!TimeConversion.isStorable(time, field.precision())) {
      throw outOfRange(field, TimeUnitHint.of(format, time));
    }
    return time;
  }

  private Instant isoTime(FieldDefinition field, byte[] bytes, int from, int to)
      throws DecodeException {
    long seconds = iso.parse(bytes, from, to, field.lenient());
    if (!IsoTime.isTime(seconds)) {
      throw fail(DeadLetterCode.INVALID_TIME, field, IsoTime.expectation(seconds));
    }
    return Instant.ofEpochSecond(seconds, iso.nanos());
  }

  private Instant epoch(FieldDefinition field, TimeFormat format, byte[] bytes, int from, int to)
      throws DecodeException {
    if (!NumberBytes.isInteger(bytes, from, to)) {
      if (format == TimeFormat.EPOCH_S && NumberBytes.isNumber(bytes, from, to)) {
        return decimalSeconds(field, text(bytes, from, to));
      }
      throw fail(
          DeadLetterCode.WRONG_TYPE, field, "expected " + TimeConversion.expectedCount(format));
    }
    long count;
    try {
      count = int64(field, bytes, from, to, "");
    } catch (DecodeException e) {
      throw outOfRange(field, "");
    }
    if (format == TimeFormat.EPOCH_S
        && (count > TimeConversion.MOST_SECONDS || count < -TimeConversion.MOST_SECONDS)) {
      throw outOfRange(field, TimeUnitHint.of(count));
    }
    return TimeConversion.ofEpoch(count, format);
  }

  private Instant decimalSeconds(FieldDefinition field, String text) throws DecodeException {
    BigDecimal seconds =
        decimals.read(text, TimeConversion.SECONDS_DIGITS, TimeConversion.NANOS_DIGITS);
    if (seconds != null) {
      return TimeConversion.ofSeconds(seconds);
    }
    throw decimals.problem() == Decimals.Problem.TOO_MANY_WHOLE_DIGITS
        ? outOfRange(field, "")
        : fail(
            DeadLetterCode.INVALID_TIME,
            field,
            "expected at most " + TimeConversion.NANOS_DIGITS + " digits after the point");
  }

  private static DecodeException outOfRange(FieldDefinition field, String hint) {
    return fail(
        DeadLetterCode.TIME_OUT_OF_RANGE, field, TimeConversion.storable(field.precision()) + hint);
  }

  private static String text(byte[] bytes, int from, int to) {
    return new String(bytes, from, to - from, StandardCharsets.UTF_8);
  }

  private static DecodeException fail(DeadLetterCode code, FieldDefinition field, String message) {
    return new DecodeException(code, field.dottedPath() + ": " + message);
  }
}
