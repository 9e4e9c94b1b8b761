package io.millrace.decode.binary;

import io.millrace.contract.EnumValues;
import io.millrace.contract.FieldType;
import io.millrace.contract.IpText;
import io.millrace.contract.TimeFormat;
import io.millrace.decode.Decimals;
import io.millrace.decode.DecodeException;
import io.millrace.decode.IsoTime;
import io.millrace.decode.NumberText;
import io.millrace.decode.TimeConversion;
import io.millrace.decode.TimeUnitHint;
import io.millrace.event.DeadLetterCode;
import io.millrace.event.Utf8Slice;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import org.checkerframework.checker.nullness.qual.Nullable;

/**
 * Converts typed values to the values of scalar fields. Nothing is coerced or rounded: a value that
 * does not fit its field is a {@link DecodeException} that names the field's path. Fields of the
 * types json and text take any value as {@link JsonText}, not from here. Not thread-safe.
 */
public final class ScalarValues {
  private static final int UUID_LENGTH = 36;

  private final Place place;
  private final IsoTime iso = new IsoTime();
  private final Decimals decimals = new Decimals();

  /**
   * Creates a converter.
   *
   * @param place where the values are that will be converted, for messages
   */
  public ScalarValues(Place place) {
    this.place = place;
  }

  /** The value for an integer. */
  public Object ofLong(Target field, long value) throws DecodeException {
    return switch (field.type) {
      case INT32 -> {
        if (value != (int) value) {
          throw fail(DeadLetterCode.NUMBER_OVERFLOW, field.path, "expected an integer of 32 bits");
        }
        yield (int) value;
      }
      case INT64 -> value;
      case UINT64 -> {
        if (value < 0) {
          throw unsignedOverflow(field);
        }
        yield value;
      }
      case FLOAT32 -> (float) value;
      case FLOAT64 -> {
        double rounded = (double) value;
        // The cast back of 2^63 gives the largest long again.
        if ((long) rounded != value || rounded == 0x1p63) {
          throw fail(
              DeadLetterCode.NUMBER_OVERFLOW,
              field.path,
              "expected an integer that a float64 holds exactly");
        }
        yield rounded;
      }
      case DECIMAL -> decimal(field, BigDecimal.valueOf(value));
      case TIMESTAMP -> epoch(field, value);
      default -> throw wrongType(field, "an integer");
    };
  }

  /**
   * The value for an integer without a sign.
   *
   * @param bits its 64 bits
   */
  public Object ofUnsigned(Target field, long bits) throws DecodeException {
    if (bits >= 0) {
      return ofLong(field, bits);
    }
    return switch (field.type) {
      case UINT64 -> bits;
      case FLOAT32 -> Float.parseFloat(Long.toUnsignedString(bits));
      case DECIMAL -> decimal(field, new BigDecimal(Long.toUnsignedString(bits)));
      default ->
          throw fail(
              DeadLetterCode.NUMBER_OVERFLOW,
              field.path,
              "expected an integer of 64 bits with sign");
    };
  }

  private DecodeException unsignedOverflow(Target field) {
    return fail(DeadLetterCode.NUMBER_OVERFLOW, field.path, "expected " + NumberText.UINT64);
  }

  /** The value for a number that is no integer. */
  public Object ofDouble(Target field, double value) throws DecodeException {
    if (field.type != FieldType.FLOAT64 && field.type != FieldType.FLOAT32) {
      throw wrongType(field, "a floating-point number");
    } else if (!Double.isFinite(value)) {
      throw fail(
          DeadLetterCode.NOT_A_NUMBER, field.path, "expected a number, found NaN or Infinity");
    } else if (field.type == FieldType.FLOAT64) {
      return value;
    }
    float nearest = (float) value;
    if (Float.isInfinite(nearest)) {
      throw fail(DeadLetterCode.NUMBER_OVERFLOW, field.path, "expected " + NumberText.FLOAT32);
    }
    return nearest;
  }

  public Object ofBoolean(Target field, boolean value) throws DecodeException {
    if (field.type != FieldType.BOOLEAN) {
      throw wrongType(field, "a boolean");
    }
    return value;
  }

  /** The value for an instant; the contract's time format must allow its digits. */
  public Instant ofInstant(Target field, Instant value) throws DecodeException {
    if (!TimeConversion.isStorable(value, field.precision)) {
      throw fail(
          DeadLetterCode.TIME_OUT_OF_RANGE,
          field.path,
          TimeConversion.storable(field.precision) + TimeUnitHint.of(field.timeFormat, value));
    }
    return value;
  }

  /** The value for an exact decimal. */
  public BigDecimal decimal(Target field, BigDecimal value) throws DecodeException {
    if (value.signum() == 0) {
      return BigDecimal.ZERO.setScale(field.scale);
    }
    BigDecimal plain = value.stripTrailingZeros();
    if ((long) plain.precision() - plain.scale() > field.precision - field.scale) {
      throw tooManyDigits(field, field.precision - field.scale, "before");
    } else if (plain.scale() > field.scale) {
      throw tooManyDigits(field, field.scale, "after");
    }
    return plain.setScale(field.scale);
  }

  /**
   * The value for a text.
   *
   * @param utf8 bytes that hold valid UTF-8 there; a text may stay a slice of them
   */
  public Object ofText(Target field, byte[] utf8, int from, int to) throws DecodeException {
    return switch (field.type) {
      case STRING, TEXT ->
          field.sliced ? new Utf8Slice(utf8, from, to - from) : string(utf8, from, to);
      case UUID -> uuid(field, utf8, from, to);
      case IPV4 -> address(field, IpText.ipv4(string(utf8, from, to)), IpText.EXPECTED_IPV4);
      case IPV6 -> address(field, IpText.ipv6(string(utf8, from, to)), IpText.EXPECTED_IPV6);
      case ENUM -> enumValue(field, string(utf8, from, to));
      case DECIMAL -> decimal(field, string(utf8, from, to));
      case TIMESTAMP -> isoTime(field, utf8, from, to);
      default -> throw wrongType(field, "a string");
    };
  }

  private String address(Target field, @Nullable String canonical, String expected)
      throws DecodeException {
    if (canonical == null) {
      throw fail(DeadLetterCode.WRONG_TYPE, field.path, expected);
    }
    return canonical;
  }

  /** The value for a name; the field is an enum. */
  public String enumValue(Target field, String name) throws DecodeException {
    EnumValues values = field.values;
    if (values == null || !values.contains(name)) {
      throw fail(DeadLetterCode.UNKNOWN_VALUE, field.path, values == null ? "" : values.expected());
    }
    return name;
  }

  private static String string(byte[] utf8, int from, int to) {
    return new String(utf8, from, to - from, StandardCharsets.UTF_8);
  }

  private BigDecimal decimal(Target field, String text) throws DecodeException {
    BigDecimal value = decimals.read(text, field.precision, field.scale);
    if (value != null) {
      return value;
    }
    throw switch (decimals.problem()) {
      case NO_NUMBER ->
          fail(DeadLetterCode.WRONG_TYPE, field.path, "expected a string with a number");
      case TOO_MANY_WHOLE_DIGITS -> tooManyDigits(field, field.precision - field.scale, "before");
      case TOO_MANY_FRACTION_DIGITS -> tooManyDigits(field, field.scale, "after");
    };
  }

  private DecodeException tooManyDigits(Target field, int digits, String side) {
    return fail(
        DeadLetterCode.NUMBER_OVERFLOW,
        field.path,
        "more than " + digits + " digits " + side + " the point");
  }

  private Instant epoch(Target field, long count) throws DecodeException {
    if (field.timeFormat == TimeFormat.ISO8601) {
      throw wrongType(field, "an integer");
    } else if (field.timeFormat == TimeFormat.EPOCH_S
        && (count > TimeConversion.MOST_SECONDS || count < -TimeConversion.MOST_SECONDS)) {
      throw fail(
          DeadLetterCode.TIME_OUT_OF_RANGE,
          field.path,
          TimeConversion.storable(field.precision) + TimeUnitHint.of(count));
    }
    return ofInstant(field, TimeConversion.ofEpoch(count, field.timeFormat));
  }

  private Instant isoTime(Target field, byte[] utf8, int from, int to) throws DecodeException {
    if (field.timeFormat != TimeFormat.ISO8601) {
      throw wrongType(field, "a string");
    }
    long seconds = iso.parse(utf8, from, to);
    if (!IsoTime.isTime(seconds)) {
      throw fail(DeadLetterCode.INVALID_TIME, field.path, IsoTime.expectation(seconds));
    }
    return ofInstant(field, Instant.ofEpochSecond(seconds, iso.nanos()));
  }

  /** The canonical form: 36 characters, hexadecimal digits in lower case. */
  private String uuid(Target field, byte[] utf8, int from, int to) throws DecodeException {
    boolean canonical = to - from == UUID_LENGTH;
    byte[] lower = new byte[UUID_LENGTH];
    for (int i = 0; canonical && i < UUID_LENGTH; i++) {
      byte c = utf8[from + i];
      if (i == 8 || i == 13 || i == 18 || i == 23) {
        canonical = c == '-';
      } else if (c >= 'A' && c <= 'F') {
        c = (byte) (c + 'a' - 'A');
      } else {
        canonical = (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f');
      }
      lower[i] = c;
    }
    if (!canonical) {
      throw fail(
          DeadLetterCode.WRONG_TYPE,
          field.path,
          "expected a UUID of 36 characters such as 123e4567-e89b-12d3-a456-426614174000");
    }
    return new String(lower, StandardCharsets.ISO_8859_1);
  }

  /** The failure of a value of another type. */
  public DecodeException wrongType(Target field, String found) {
    return fail(
        DeadLetterCode.WRONG_TYPE, field.path, "expected " + expected(field) + ", found " + found);
  }

  /** The failure at a path from the innermost record. */
  public DecodeException fail(DeadLetterCode code, @Nullable String path, String message) {
    String at = place.describe(path == null ? "" : path);
    return new DecodeException(code, at.isEmpty() ? message : at + ": " + message);
  }

  /** The values that a field accepts, for messages. */
  public static String expected(Target field) {
    return switch (field.type) {
      case STRING -> "a string";
      case INT32 -> "an integer of 32 bits";
      case INT64 -> "an integer of 64 bits";
      case UINT64 -> NumberText.UINT64;
      case FLOAT32, FLOAT64 -> "a number";
      case DECIMAL -> "an exact number, or a string that holds one";
      case BOOLEAN -> "true or false";
      case TIMESTAMP ->
          field.timeFormat == TimeFormat.ISO8601
              ? "a timestamp, or a string with an ISO-8601 time"
              : "a timestamp or an integer (" + field.timeFormat.contractName() + ")";
      case UUID -> "a UUID";
      case IPV4 -> "an IPv4 address";
      case IPV6 -> "an IPv6 address";
      case ENUM -> "a value of the enum";
      case JSON -> field.objectsOnly ? "an object" : "any value";
      case TEXT -> "any value";
      case MAP -> field.element == null ? "a map or an object" : "a map of such values";
      case ARRAY -> "an array";
      case RECORD -> "an object";
    };
  }
}
