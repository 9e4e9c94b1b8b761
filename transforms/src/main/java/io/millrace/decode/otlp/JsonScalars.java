package io.millrace.decode.otlp;

import com.fasterxml.jackson.core.JsonToken;
import io.millrace.decode.DecodeException;
import io.millrace.decode.json.JsonInput;
import io.millrace.decode.otlp.Message.Field;
import io.millrace.event.DeadLetterCode;
import io.millrace.event.Utf8Slice;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;

/**
 * Writes single values of OpenTelemetry's JSON in the wire form: integers of 64 bits may be strings
 * or numbers, the numbers of traces and spans are hexadecimal digits, bytes are base64. A value
 * that is 0 or empty is not written where that means none. Not thread-safe.
 */
final class JsonScalars {
  private static final int SAFE_DIGITS = 18;
  private static final int MOST_DIGITS = 20;
  private static final int HEX = 16;
  private static final long UINT32_MAX = 0xffff_ffffL;

  private final JsonInput in;
  private final WireWriter out;

  JsonScalars(JsonInput in, WireWriter out) {
    this.in = in;
    this.out = out;
  }

  /** Writes a field, whose value is the current token and not null. */
  void write(Field field, JsonToken token) throws IOException, DecodeException {
    int number = field.number();
    switch (field.kind()) {
      case TEXT -> text(number, field, token, false);
      case HEX -> hex(field, token);
      case TIME, FIXED64, SFIXED64 -> {
        long value = integer(field, token, field.kind() != Kind.SFIXED64);
        if (value != 0 || field.present()) {
          out.tag(number, WireReader.FIXED64);
          out.fixed64(value);
        }
      }
      case DOUBLE -> {
        long bits = Double.doubleToRawLongBits(number(field, token));
        if (bits != 0 || field.present()) {
          out.tag(number, WireReader.FIXED64);
          out.fixed64(bits);
        }
      }
      case FIXED32 -> {
        long value = within(field, token, 0, UINT32_MAX);
        if (value != 0) {
          out.tag(number, WireReader.FIXED32);
          out.fixed32((int) value);
        }
      }
      case UINT32 -> varint(number, within(field, token, 0, UINT32_MAX));
      case NUMBER, NAMED ->
          varint(number, within(field, token, Integer.MIN_VALUE, Integer.MAX_VALUE));
      case SINT32 -> {
        long value = within(field, token, Integer.MIN_VALUE, Integer.MAX_VALUE);
        varint(number, ((value << 1) ^ (value >> (Long.SIZE - 1))) & UINT32_MAX);
      }
      case BOOL -> {
        require(token.isBoolean(), field, "true or false", token);
        varint(number, token == JsonToken.VALUE_TRUE ? 1 : 0);
      }
      default -> throw new IllegalStateException(field.kind() + " is no single value");
    }
  }

  private void varint(int number, long value) {
    if (value != 0) {
      out.tag(number, WireReader.VARINT);
      out.varint(value);
    }
  }

  /** Writes one number of an array, without a tag. */
  void element(Field field, JsonToken token) throws IOException, DecodeException {
    switch (field.kind()) {
      case DOUBLES -> out.fixed64(Double.doubleToRawLongBits(number(field, token)));
      case FIXED64S -> out.fixed64(integer(field, token, true));
      default -> out.varint(integer(field, token, true));
    }
  }

  /** Writes a value of any type that is no list, under its key. */
  void any(String key, JsonToken token) throws IOException, DecodeException {
    if (token == JsonToken.VALUE_NULL) {
      return;
    }
    Field field = Field.of(0, key, key, Kind.ANY);
    switch (key) {
      case "stringValue" -> text(AnyValue.STRING, field, token, true);
      case "boolValue" -> {
        require(token.isBoolean(), field, "true or false", token);
        out.tag(AnyValue.BOOL, WireReader.VARINT);
        out.varint(token == JsonToken.VALUE_TRUE ? 1 : 0);
      }
      case "intValue" -> {
        long value = integer(field, token, false);
        out.tag(AnyValue.INT, WireReader.VARINT);
        out.varint(value);
      }
      case "doubleValue" -> {
        double value = number(field, token);
        out.tag(AnyValue.DOUBLE, WireReader.FIXED64);
        out.fixed64(Double.doubleToRawLongBits(value));
      }
      default -> base64(field, token);
    }
  }

  private void text(int number, Field field, JsonToken token, boolean alsoEmpty)
      throws IOException, DecodeException {
    require(token == JsonToken.VALUE_STRING, field, "a string", token);
    Object text = in.slicedText();
    if (text instanceof Utf8Slice slice) {
      if (alsoEmpty || slice.length() > 0) {
        out.field(number, slice.bytes(), slice.from(), slice.length());
      }
    } else {
      byte[] bytes = ((String) text).getBytes(StandardCharsets.UTF_8);
      if (alsoEmpty || bytes.length > 0) {
        out.field(number, bytes, 0, bytes.length);
      }
    }
  }

  private void hex(Field field, JsonToken token) throws IOException, DecodeException {
    require(token == JsonToken.VALUE_STRING, field, "a string of hexadecimal digits", token);
    String text = in.text();
    byte[] bytes = new byte[text.length() / 2];
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      int digit = c < 0x80 ? Character.digit(c, HEX) : -1;
      if (digit < 0 || text.length() % 2 != 0) {
        throw fail(DeadLetterCode.WRONG_TYPE, field, "expected pairs of hexadecimal digits");
      }
      bytes[i / 2] = (byte) ((bytes[i / 2] << 4) | digit);
    }
    if (bytes.length > 0) {
      out.field(field.number(), bytes, 0, bytes.length);
    }
  }

  private void base64(Field field, JsonToken token) throws IOException, DecodeException {
    require(token == JsonToken.VALUE_STRING, field, "a string in base64", token);
    byte[] bytes;
    try {
      bytes = Base64.getDecoder().decode(in.text().replace('-', '+').replace('_', '/'));
    } catch (IllegalArgumentException e) {
      throw fail(DeadLetterCode.WRONG_TYPE, field, "expected base64");
    }
    out.field(AnyValue.BYTES, bytes, 0, bytes.length);
  }

  private long within(Field field, JsonToken token, long least, long most)
      throws IOException, DecodeException {
    long value = integer(field, token, false);
    if (value < least || value > most) {
      throw fail(DeadLetterCode.NUMBER_OVERFLOW, field, "expected an integer of 32 bits");
    }
    return value;
  }

  private long integer(Field field, JsonToken token, boolean unsigned)
      throws IOException, DecodeException {
    String text;
    if (token == JsonToken.VALUE_NUMBER_INT) {
      if (in.numberLength() <= SAFE_DIGITS) {
        long value = in.shortInteger();
        if (value >= 0 || !unsigned) {
          return value;
        }
      }
      text = in.numberText();
    } else {
      require(token == JsonToken.VALUE_STRING, field, "an integer, or a string with one", token);
      text = in.text();
    }
    boolean negative = text.startsWith("-");
    for (int i = negative ? 1 : 0; i < text.length(); i++) {
      if (text.charAt(i) < '0' || text.charAt(i) > '9') {
        throw fail(DeadLetterCode.WRONG_TYPE, field, "expected an integer in decimal digits");
      }
    }
    if (text.length() <= (negative ? 1 : 0)) {
      throw fail(DeadLetterCode.WRONG_TYPE, field, "expected an integer in decimal digits");
    }
    try {
      if (text.length() <= MOST_DIGITS && !(negative && unsigned)) {
        return unsigned ? Long.parseUnsignedLong(text) : Long.parseLong(text);
      }
    } catch (NumberFormatException e) {
      // Only digits: it is too large.
    }
    throw fail(DeadLetterCode.NUMBER_OVERFLOW, field, "expected an integer of 64 bits");
  }

  private double number(Field field, JsonToken token) throws IOException, DecodeException {
    String text;
    if (token == JsonToken.VALUE_STRING) {
      text = in.text();
      switch (text) {
        case "NaN" -> {
          return Double.NaN;
        }
        case "Infinity" -> {
          return Double.POSITIVE_INFINITY;
        }
        case "-Infinity" -> {
          return Double.NEGATIVE_INFINITY;
        }
        default -> requireNumber(field, text);
      }
    } else {
      require(token.isNumeric(), field, "a number", token);
      text = in.numberText();
    }
    double value;
    try {
      value = Double.parseDouble(text);
    } catch (NumberFormatException e) {
      throw fail(DeadLetterCode.WRONG_TYPE, field, "expected a string with a number");
    }
    if (Double.isInfinite(value)) {
      throw fail(DeadLetterCode.NUMBER_OVERFLOW, field, "expected a number of 64 bits");
    }
    return value;
  }

  /** Java also reads white space, hexadecimal digits and letters for types. */
  private static void requireNumber(Field field, String text) throws DecodeException {
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if ((c < '0' || c > '9') && "+-.eE".indexOf(c) < 0) {
        throw fail(DeadLetterCode.WRONG_TYPE, field, "expected a string with a number");
      }
    }
  }

  /** Fails if a token is of another kind. */
  void require(boolean fits, Field field, String expected, JsonToken token) throws DecodeException {
    if (!fits) {
      throw fail(
          DeadLetterCode.WRONG_TYPE, field, "expected " + expected + ", found " + kind(token));
    }
  }

  private static String kind(JsonToken token) {
    return switch (token) {
      case VALUE_STRING -> "a string";
      case VALUE_NUMBER_INT, VALUE_NUMBER_FLOAT -> "a number";
      case VALUE_TRUE, VALUE_FALSE -> "a boolean";
      case VALUE_NULL -> "null";
      case START_ARRAY -> "an array";
      default -> "an object";
    };
  }

  private static DecodeException fail(DeadLetterCode code, Field field, String message) {
    return new DecodeException(code, field.key() + ": " + message);
  }
}
