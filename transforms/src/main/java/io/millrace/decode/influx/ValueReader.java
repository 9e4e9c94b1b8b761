package io.millrace.decode.influx;

import io.millrace.contract.EnumValues;
import io.millrace.contract.FieldType;
import io.millrace.contract.IpText;
import io.millrace.decode.Decimals;
import io.millrace.decode.DecodeException;
import io.millrace.decode.NumberText;
import io.millrace.decode.UuidText;
import io.millrace.event.DeadLetterCode;
import io.millrace.event.RowBuffer;
import io.millrace.event.Utf8Slice;
import java.math.BigDecimal;

/**
 * Reads the value of a tag or a field by the type that the contract declares. Nothing is coerced,
 * and no integer is rounded. Not thread-safe.
 */
final class ValueReader {
  /** Bits of an integer that a double holds exactly. */
  private static final int DOUBLE_BITS = 53;

  private final JsonWriter json = new JsonWriter();
  private final Decimals decimals = new Decimals();
  private final RowBuffer number = new RowBuffer(32);
  private final TimeReader times = new TimeReader();

  /** The value of a pair; a text as a string or a {@link Utf8Slice}. */
  Object read(Target field, Pairs pairs, int i) throws DecodeException {
    return switch (field.type()) {
      case STRING -> string(field, pairs, i);
      case TEXT -> pairs.text(i);
      case JSON -> json(pairs, i);
      case INT32 -> int32(field, pairs, i);
      case INT64 -> int64(field, pairs, i);
      case UINT64 -> uint64(field, pairs, i);
      case FLOAT32 -> float32(field, pairs, i);
      case FLOAT64 -> float64(field, pairs, i);
      case DECIMAL -> decimal(field, pairs, i);
      case BOOLEAN -> bool(field, pairs, i);
      case UUID -> uuid(field, pairs, i);
      case IPV4, IPV6 -> address(field, pairs, i);
      case ENUM -> enumValue(field, pairs, i);
      case TIMESTAMP -> times.read(field, pairs, i);
      case MAP, ARRAY, RECORD -> throw new IllegalStateException("no scalar");
    };
  }

  /** All pairs as one JSON object. */
  Utf8Slice object(Pairs pairs) {
    json.clear();
    json.object(pairs);
    return json.text();
  }

  private Utf8Slice json(Pairs pairs, int i) {
    json.clear();
    json.value(pairs, i);
    return json.text();
  }

  private static Utf8Slice string(Target field, Pairs pairs, int i) throws DecodeException {
    if (pairs.kind(i) != ValueKind.STRING) {
      throw wrongType(field, "a string", pairs.kind(i));
    }
    return pairs.value(i);
  }

  private static Integer int32(Target field, Pairs pairs, int i) throws DecodeException {
    String expected = "an integer of 32 bits";
    long value = signed(field, pairs, i, expected);
    if (value != (int) value) {
      throw overflow(field, expected);
    }
    return (int) value;
  }

  private static Long int64(Target field, Pairs pairs, int i) throws DecodeException {
    return signed(field, pairs, i, "an integer of 64 bits");
  }

  private static long signed(Target field, Pairs pairs, int i, String expected)
      throws DecodeException {
    if (!pairs.kind(i).isInteger()) {
      throw wrongType(field, expected + " (with the suffix i or u)", pairs.kind(i));
    }
    byte[] bytes = pairs.valueBytes(i);
    int from = pairs.valueFrom(i);
    int to = pairs.valueTo(i);
    if (!IntegerText.fitsSigned(bytes, from, to)) {
      throw overflow(field, expected);
    }
    return IntegerText.parse(bytes, from, to);
  }

  private static Long uint64(Target field, Pairs pairs, int i) throws DecodeException {
    if (!pairs.kind(i).isInteger()) {
      throw wrongType(field, NumberText.UINT64 + " (with the suffix i or u)", pairs.kind(i));
    }
    byte[] bytes = pairs.valueBytes(i);
    int from = pairs.valueFrom(i);
    int to = pairs.valueTo(i);
    if (IntegerText.fitsUnsigned(bytes, from, to)) {
      return IntegerText.parse(bytes, from, to);
    }
    // Minus zero
    if (IntegerText.fitsSigned(bytes, from, to) && IntegerText.parse(bytes, from, to) == 0) {
      return 0L;
    }
    throw overflow(field, NumberText.UINT64);
  }

  private static Float float32(Target field, Pairs pairs, int i) throws DecodeException {
    if (!pairs.kind(i).isNumber()) {
      throw wrongType(field, "a number", pairs.kind(i));
    }
    float value = Float.parseFloat(pairs.value(i).toString());
    if (Float.isInfinite(value)) {
      throw overflow(field, NumberText.FLOAT32);
    }
    return value;
  }

  private static Double float64(Target field, Pairs pairs, int i) throws DecodeException {
    ValueKind kind = pairs.kind(i);
    byte[] bytes = pairs.valueBytes(i);
    int from = pairs.valueFrom(i);
    int to = pairs.valueTo(i);
    if (kind == ValueKind.FLOAT) {
      return PointNumbers.parse(bytes, from, to);
    }
    if (!kind.isInteger()) {
      throw wrongType(field, "a number", kind);
    }
    boolean signed = IntegerText.fitsSigned(bytes, from, to);
    long value = IntegerText.parse(bytes, from, to);
    long magnitude = signed ? Math.abs(value) : value;
    int bits =
        Long.SIZE - Long.numberOfLeadingZeros(magnitude) - Long.numberOfTrailingZeros(magnitude);
    if (bits <= DOUBLE_BITS) {
      // An unsigned integer of 64 bits that is exact has zeros at its end.
      return signed ? (double) value : (value >>> 1) * 2.0;
    }
    throw overflow(field, "an integer that a float of 64 bits holds exactly");
  }

  private BigDecimal decimal(Target field, Pairs pairs, int i) throws DecodeException {
    ValueKind kind = pairs.kind(i);
    if (!kind.isNumber() && kind != ValueKind.STRING) {
      throw wrongType(field, "a number, or a string that holds one", kind);
    }
    String text =
        kind == ValueKind.STRING
            ? pairs.value(i).toString()
            : jsonNumber(pairs.valueBytes(i), pairs.valueFrom(i), pairs.valueTo(i));
    BigDecimal value = decimals.read(text, field.precision(), field.scale());
    if (value != null) {
      return value;
    }
    throw switch (decimals.problem()) {
      case NO_NUMBER -> fail(DeadLetterCode.WRONG_TYPE, field, "expected a string with a number");
      case TOO_MANY_WHOLE_DIGITS, TOO_MANY_FRACTION_DIGITS ->
          fail(
              DeadLetterCode.NUMBER_OVERFLOW,
              field,
              decimals.excess(field.precision(), field.scale()));
    };
  }

  private String jsonNumber(byte[] bytes, int from, int to) {
    number.clear();
    PointNumbers.writeJson(bytes, from, to, number);
    byte[] text = number.toByteArray();
    return new Utf8Slice(text, 0, text.length).toString();
  }

  private static Boolean bool(Target field, Pairs pairs, int i) throws DecodeException {
    ValueKind kind = pairs.kind(i);
    if (kind != ValueKind.TRUE && kind != ValueKind.FALSE) {
      throw wrongType(field, "a boolean", kind);
    }
    return kind == ValueKind.TRUE;
  }

  private static String uuid(Target field, Pairs pairs, int i) throws DecodeException {
    String uuid = UuidText.canonical(string(field, pairs, i).toString());
    if (uuid == null) {
      throw fail(DeadLetterCode.WRONG_TYPE, field, UuidText.EXPECTED);
    }
    return uuid;
  }

  private static String address(Target field, Pairs pairs, int i) throws DecodeException {
    String text = string(field, pairs, i).toString();
    boolean v4 = field.type() == FieldType.IPV4;
    String address = v4 ? IpText.ipv4(text) : IpText.ipv6(text);
    if (address == null) {
      throw fail(
          DeadLetterCode.WRONG_TYPE, field, v4 ? IpText.EXPECTED_IPV4 : IpText.EXPECTED_IPV6);
    }
    return address;
  }

  private static String enumValue(Target field, Pairs pairs, int i) throws DecodeException {
    String text = string(field, pairs, i).toString();
    EnumValues values = field.values();
    if (values == null || !values.contains(text)) {
      throw fail(DeadLetterCode.UNKNOWN_VALUE, field, values == null ? "" : values.expected());
    }
    return text;
  }

  static DecodeException wrongType(Target field, String expected, ValueKind found) {
    return fail(
        DeadLetterCode.WRONG_TYPE, field, "expected " + expected + ", found " + found.description);
  }

  private static DecodeException overflow(Target field, String expected) {
    return fail(DeadLetterCode.NUMBER_OVERFLOW, field, "expected " + expected);
  }

  static DecodeException fail(DeadLetterCode code, Target field, String message) {
    return new DecodeException(code, field.path() + ": " + message);
  }
}
