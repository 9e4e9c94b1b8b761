package io.millrace.decode.otlp;

import io.millrace.contract.FieldDefinition;
import io.millrace.contract.FieldType;
import io.millrace.contract.IpText;
import io.millrace.contract.TimeFormat;
import io.millrace.decode.Decimals;
import io.millrace.decode.DecodeException;
import io.millrace.decode.IsoTime;
import io.millrace.decode.NumberText;
import io.millrace.decode.TimeConversion;
import io.millrace.event.DeadLetterCode;
import io.millrace.event.RowBuffer;
import io.millrace.event.Utf8Slice;
import io.millrace.text.Utf8;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import org.checkerframework.checker.nullness.qual.Nullable;

/** Reads a value of any type as the type that a contract declares. Not thread-safe. */
final class AnyReader {
  private static final int UUID_LENGTH = 36;

  private final WireReader in;
  private final Notes notes;
  private final AnyValue any;
  private final JsonText json;
  private final Decimals decimals = new Decimals();
  private final IsoTime iso = new IsoTime();

  AnyReader(WireReader in, Notes notes, AnyValue any, JsonText json) {
    this.in = in;
    this.notes = notes;
    this.any = any;
    this.json = json;
  }

  /** Whether a value of any type can be declared as a type. */
  static boolean accepts(FieldType type) {
    return type.isScalar() || type == FieldType.MAP;
  }

  /** The value in a range of the reader's bytes; null if it holds none. */
  @Nullable Object read(FieldDefinition field, String path, int from, int to)
      throws DecodeException {
    any.open(from, to, path);
    int which = any.which();
    if (which == AnyValue.NONE) {
      return null;
    }
    return switch (field.type()) {
      case STRING -> slice(path, which, "a string");
      case TEXT -> which == AnyValue.STRING ? slice(path, which, "") : json(path, from, to);
      case JSON -> {
        if (field.storedAsJson() && which != AnyValue.KEY_VALUES) {
          throw wrongType(path, "a list of keys and values");
        }
        yield json(path, from, to);
      }
      case INT64 -> integer(path, which);
      case UINT64 -> {
        long value = integer(path, which);
        if (value < 0) {
          throw overflow(path, NumberText.UINT64);
        }
        yield value;
      }
      case INT32 -> {
        long value = integer(path, which);
        if (value != (int) value) {
          throw overflow(path, "an integer of 32 bits");
        }
        yield (int) value;
      }
      case FLOAT32 -> float32(path, which);
      case FLOAT64 -> float64(path, which);
      case DECIMAL -> decimal(field, path, which);
      case BOOLEAN -> {
        require(which == AnyValue.BOOL, path, "a boolean");
        yield any.number() != 0;
      }
      case TIMESTAMP -> time(field, path, which);
      case UUID -> uuid(path, which);
      case IPV4, IPV6, ENUM -> named(field, path, string(path, which, "a string"));
      case MAP -> {
        require(which == AnyValue.KEY_VALUES, path, "a list of keys and values");
        yield map(field, path, any.from(), any.to());
      }
      case ARRAY, RECORD -> throw new IllegalStateException("no value of any type is an array");
    };
  }

  private Utf8Slice json(String path, int from, int to) throws DecodeException {
    RowBuffer out = new RowBuffer(128);
    json.any(out, path, from, to);
    byte[] text = out.toByteArray();
    return new Utf8Slice(text, 0, text.length);
  }

  private Utf8Slice slice(String path, int which, String expected) throws DecodeException {
    require(which == AnyValue.STRING, path, expected);
    if (!Utf8.isValid(in.bytes(), any.from(), any.to())) {
      throw JsonText.notUtf8(path);
    }
    return new Utf8Slice(in.bytes(), any.from(), any.to() - any.from());
  }

  private String string(String path, int which, String expected) throws DecodeException {
    return slice(path, which, expected).toString();
  }

  private long integer(String path, int which) throws DecodeException {
    require(which == AnyValue.INT, path, "an integer");
    return any.number();
  }

  private double float64(String path, int which) throws DecodeException {
    if (which == AnyValue.INT) {
      double value = (double) any.number();
      if (!isExact(any.number(), value)) {
        throw overflow(path, "an integer that 64 bits of a double hold");
      }
      return value;
    }
    require(which == AnyValue.DOUBLE, path, "a number");
    return finite(Double.longBitsToDouble(any.number()), path);
  }

  private float float32(String path, int which) throws DecodeException {
    if (which == AnyValue.INT) {
      return (float) any.number();
    }
    require(which == AnyValue.DOUBLE, path, "a number");
    return nearest(finite(Double.longBitsToDouble(any.number()), path), path);
  }

  /** The nearest float of a finite number. */
  static float nearest(double value, String path) throws DecodeException {
    float nearest = (float) value;
    if (Float.isInfinite(nearest)) {
      throw overflow(path, NumberText.FLOAT32);
    }
    return nearest;
  }

  /** Whether a double is the same number as an integer. */
  static boolean isExact(long integer, double value) {
    return value < 0x1p63 && (long) value == integer;
  }

  /** Fails for what is no number. */
  static double finite(double value, String path) throws DecodeException {
    if (!Double.isFinite(value)) {
      throw new DecodeException(
          DeadLetterCode.NOT_A_NUMBER, path + ": expected a number, not NaN or Infinity");
    }
    return value;
  }

  private BigDecimal decimal(FieldDefinition field, String path, int which) throws DecodeException {
    String text =
        switch (which) {
          case AnyValue.INT -> Long.toString(any.number());
          case AnyValue.DOUBLE ->
              Double.toString(finite(Double.longBitsToDouble(any.number()), path));
          default -> string(path, which, "a number, or a string that holds one");
        };
    BigDecimal value = decimals.read(text, field.precision(), field.scale());
    if (value == null) {
      throw decimals.problem() == Decimals.Problem.NO_NUMBER
          ? wrongType(path, "a string with a number")
          : overflow(
              path,
              "at most "
                  + field.precision()
                  + " digits, "
                  + field.scale()
                  + " of them after the point");
    }
    return value;
  }

  private Instant time(FieldDefinition field, String path, int which) throws DecodeException {
    TimeFormat format = field.timeFormat() == null ? TimeFormat.ISO8601 : field.timeFormat();
    Instant time;
    if (format == TimeFormat.ISO8601) {
      require(which == AnyValue.STRING, path, "a string with an ISO-8601 time");
      long seconds = iso.parse(in.bytes(), any.from(), any.to());
      if (!IsoTime.isTime(seconds)) {
        throw new DecodeException(
            DeadLetterCode.INVALID_TIME, path + ": " + IsoTime.expectation(seconds));
      }
      time = Instant.ofEpochSecond(seconds, iso.nanos());
    } else {
      long count = integer(path, which);
      if (format == TimeFormat.EPOCH_S && Math.abs(count / 2) > TimeConversion.MOST_SECONDS / 2) {
        throw outOfRange(field, path);
      }
      time = TimeConversion.ofEpoch(count, format);
    }
    if (!TimeConversion.isStorable(time, field.digits())) {
      throw outOfRange(field, path);
    }
    return time;
  }

  private static DecodeException outOfRange(FieldDefinition field, String path) {
    return new DecodeException(
        DeadLetterCode.TIME_OUT_OF_RANGE, path + ": " + TimeConversion.storable(field.digits()));
  }

  private String uuid(String path, int which) throws DecodeException {
    String text = string(path, which, "a string with a UUID");
    boolean canonical = text.length() == UUID_LENGTH;
    for (int i = 0; canonical && i < UUID_LENGTH; i++) {
      char c = text.charAt(i);
      boolean dash = i == 8 || i == 13 || i == 18 || i == 23;
      canonical = dash ? c == '-' : c < 0x80 && Character.digit(c, 16) >= 0;
    }
    require(canonical, path, "a string with a UUID");
    return text.toLowerCase(Locale.ROOT);
  }

  /** The value of an address or an enum for a text. */
  static String named(FieldDefinition field, String path, String text) throws DecodeException {
    if (field.type() == FieldType.ENUM) {
      if (!field.enumValues().contains(text)) {
        throw new DecodeException(
            DeadLetterCode.UNKNOWN_VALUE, path + ": " + field.enumValues().expected());
      }
      return text;
    }
    boolean v4 = field.type() == FieldType.IPV4;
    String address = v4 ? IpText.ipv4(text) : IpText.ipv6(text);
    if (address == null) {
      throw new DecodeException(
          DeadLetterCode.WRONG_TYPE,
          path + ": " + (v4 ? IpText.EXPECTED_IPV4 : IpText.EXPECTED_IPV6));
    }
    return address;
  }

  /**
   * The value under a key of a map: of the declared type, or else its text.
   *
   * @param map the declared map
   */
  Object member(FieldDefinition map, String path, String key, int from, int to)
      throws DecodeException {
    FieldDefinition value = map.items();
    if (value == null) {
      return json.text(path, from, to);
    }
    try {
      Object read = read(value, path, from, to);
      if (read == null) {
        throw wrongType(path, "a value");
      }
      return read instanceof Utf8Slice text ? text.toString() : read;
    } catch (DecodeException e) {
      throw e.underKey(path, key);
    }
  }

  private Map<String, Object> map(FieldDefinition field, String path, int from, int to)
      throws DecodeException {
    Map<String, Object> map = new LinkedHashMap<>();
    int at = in.position();
    int end = in.end();
    in.seek(from, to);
    while (in.hasNext()) {
      int fieldFrom = in.position();
      int tag = in.tag();
      if (WireReader.number(tag) != 1) {
        in.skip(WireReader.type(tag));
        notes.addOther("KeyValueList", fieldFrom, in.position());
        continue;
      }
      require(WireReader.type(tag) == WireReader.LENGTH, path, "the wire type of its field");
      int length = in.length();
      int valueFrom = in.position();
      in.seek(valueFrom + length, to);
      KeyValue pair = KeyValue.read(in, notes, path, valueFrom, valueFrom + length);
      String key = json.key(path, pair);
      if (map.put(key, member(field, path, key, pair.valueFrom(), pair.valueTo())) != null) {
        throw Numbers.twice(path);
      }
    }
    in.seek(at, end);
    return map;
  }

  private void require(boolean fits, String path, String expected) throws DecodeException {
    if (!fits) {
      throw wrongType(path, expected);
    }
  }

  private DecodeException wrongType(String path, String expected) {
    return new DecodeException(
        DeadLetterCode.WRONG_TYPE, path + ": expected " + expected + ", found " + any.kind());
  }

  private static DecodeException overflow(String path, String expected) {
    return new DecodeException(DeadLetterCode.NUMBER_OVERFLOW, path + ": expected " + expected);
  }
}
