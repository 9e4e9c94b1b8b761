package io.millrace.decode.json;

import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.JsonTokenId;
import io.millrace.contract.EnumValues;
import io.millrace.contract.FieldType;
import io.millrace.contract.IpText;
import io.millrace.decode.Decimals;
import io.millrace.decode.DecodeException;
import io.millrace.decode.NumberText;
import io.millrace.decode.UuidText;
import io.millrace.event.DeadLetterCode;
import java.io.IOException;
import java.math.BigDecimal;

/**
 * Reads one value by the type of its field. Nothing is rounded, and nothing is coerced beyond what
 * a lenient field allows.
 */
final class ScalarReader {
  // A long takes 19 digits and a sign; with 18 characters there is nothing to check.
  private static final int SAFE_LENGTH = 18;
  private static final int MAX_LENGTH = 20;

  private final JsonInput in;
  private final JsonLocation location;
  private final TimeReader times;
  private final Decimals decimals = new Decimals();

  ScalarReader(JsonInput in, JsonLocation location) {
    this.in = in;
    this.location = location;
    this.times = new TimeReader(in, this);
  }

  /**
   * The value that begins with a token, which is not null; a text as a string or, where the field
   * is sliced, also as a {@link io.millrace.event.Utf8Slice}.
   */
  Object read(FieldPlan field, JsonToken token) throws IOException, DecodeException {
    return switch (field.type) {
      case STRING -> string(field, token);
      case INT32 -> int32(field, token);
      case INT64 -> int64(field, token, "an integer of 64 bits");
      case UINT64 -> uint64(field, token);
      case FLOAT32 -> float32(field, token);
      case FLOAT64 -> float64(field, token);
      case DECIMAL -> decimal(field, token);
      case BOOLEAN -> bool(field, token);
      case TIMESTAMP -> times.read(field, token);
      case UUID -> uuid(field, token);
      case IPV4, IPV6 -> address(field, token);
      case ENUM -> enumValue(field, token);
      case JSON -> json(field, token);
      case TEXT -> token == JsonToken.VALUE_STRING ? string(field, token) : json(field, token);
      case MAP, ARRAY, RECORD -> throw new IllegalStateException("no scalar");
    };
  }

  /** A decoded string, or the JSON text of anything else. */
  String text(JsonToken token) throws IOException, DecodeException {
    return token == JsonToken.VALUE_STRING ? in.text() : json(token);
  }

  private Object json(FieldPlan field, JsonToken token) throws IOException, DecodeException {
    if (field.objectsOnly && token != JsonToken.START_OBJECT) {
      throw wrongType(field, "an object", token);
    }
    in.sliceValue(token);
    return field.sliced ? in.slice() : in.sliceText();
  }

  private String json(JsonToken token) throws IOException, DecodeException {
    in.sliceValue(token);
    return in.sliceText();
  }

  private Object string(FieldPlan field, JsonToken token) throws IOException, DecodeException {
    requireString(field, token);
    return field.sliced ? in.sentText() : in.text();
  }

  private void requireString(FieldPlan field, JsonToken token) throws IOException, DecodeException {
    if (token != JsonToken.VALUE_STRING) {
      throw wrongType(field, "a string", token);
    }
  }

  private Integer int32(FieldPlan field, JsonToken token) throws IOException, DecodeException {
    long value = int64(field, token, "an integer of 32 bits");
    if (value != (int) value) {
      throw number(DeadLetterCode.NUMBER_OVERFLOW, field, "expected an integer of 32 bits");
    }
    return (int) value;
  }

  /** An integer within 64 bits; of a lenient field also one in a string. */
  long int64(FieldPlan field, JsonToken token, String expected)
      throws IOException, DecodeException {
    if (token != JsonToken.VALUE_NUMBER_INT) {
      return quotedInt64(field, token, expected);
    }
    int length = in.numberLength();
    if (length <= SAFE_LENGTH) {
      return in.shortInteger();
    }
    return longInteger(field, length <= MAX_LENGTH ? in.numberText() : "", expected);
  }

  private long quotedInt64(FieldPlan field, JsonToken token, String expected)
      throws IOException, DecodeException {
    String text = quoted(field, token, expected);
    if (!NumberText.isInteger(text)) {
      throw notIn(field, expected);
    }
    return longInteger(field, text, expected);
  }

  private long longInteger(FieldPlan field, String text, String expected)
      throws IOException, DecodeException {
    if (text.length() <= MAX_LENGTH) {
      try {
        return Long.parseLong(text);
      } catch (NumberFormatException e) {
        // Only integers come here: it is too large.
      }
    }
    throw number(DeadLetterCode.NUMBER_OVERFLOW, field, "expected " + expected);
  }

  private Long uint64(FieldPlan field, JsonToken token) throws IOException, DecodeException {
    String text;
    if (token != JsonToken.VALUE_NUMBER_INT) {
      text = quoted(field, token, NumberText.UINT64);
      if (!NumberText.isInteger(text)) {
        throw notIn(field, NumberText.UINT64);
      }
    } else {
      if (in.numberLength() <= SAFE_LENGTH) {
        long value = in.shortInteger();
        if (value >= 0) {
          return value;
        }
      }
      text = in.numberText();
    }
    Long value = NumberText.unsigned(text);
    if (value == null) {
      throw number(DeadLetterCode.NUMBER_OVERFLOW, field, "expected " + NumberText.UINT64);
    }
    return value;
  }

  /** The text of a string in which a lenient field may hold its value. */
  private String quoted(FieldPlan field, JsonToken token, String expected)
      throws IOException, DecodeException {
    if (!field.lenient) {
      throw wrongType(field, expected, token);
    } else if (token != JsonToken.VALUE_STRING) {
      throw wrongType(field, expected + ", or a string that holds one", token);
    }
    return in.text();
  }

  private DecodeException notIn(FieldPlan field, String expected) {
    return fail(DeadLetterCode.WRONG_TYPE, field, "expected a string with " + expected);
  }

  private Double float64(FieldPlan field, JsonToken token) throws IOException, DecodeException {
    if (token == JsonToken.VALUE_NUMBER_INT && in.numberLength() < SAFE_LENGTH) {
      long value = in.shortInteger();
      if (value != 0) {
        return (double) value;
      }
    }
    double value = Double.parseDouble(numberText(field, token));
    if (Double.isInfinite(value)) {
      throw number(DeadLetterCode.NUMBER_OVERFLOW, field, "expected a number of 64 bits");
    }
    return value;
  }

  private Float float32(FieldPlan field, JsonToken token) throws IOException, DecodeException {
    float value = Float.parseFloat(numberText(field, token));
    if (Float.isInfinite(value)) {
      throw number(DeadLetterCode.NUMBER_OVERFLOW, field, "expected " + NumberText.FLOAT32);
    }
    return value;
  }

  /** A number token as it was sent, or the number in a string of a lenient field. */
  private String numberText(FieldPlan field, JsonToken token) throws IOException, DecodeException {
    if (token.isNumeric()) {
      return in.numberText();
    }
    String text = quoted(field, token, "a number");
    if (!NumberText.isNumber(text)) {
      throw notIn(field, "a number");
    }
    return text;
  }

  private BigDecimal decimal(FieldPlan field, JsonToken token) throws IOException, DecodeException {
    if (!token.isNumeric() && token != JsonToken.VALUE_STRING) {
      throw wrongType(field, "a number, or a string that holds one", token);
    }
    String text = token == JsonToken.VALUE_STRING ? in.text() : in.numberText();
    BigDecimal value = decimals.read(text, field.precision, field.scale);
    if (value != null) {
      return value;
    }
    throw switch (decimals.problem()) {
      case NO_NUMBER -> fail(DeadLetterCode.WRONG_TYPE, field, "expected a string with a number");
      case TOO_MANY_WHOLE_DIGITS, TOO_MANY_FRACTION_DIGITS ->
          number(
              DeadLetterCode.NUMBER_OVERFLOW, field, decimals.excess(field.precision, field.scale));
    };
  }

  private Boolean bool(FieldPlan field, JsonToken token) throws IOException, DecodeException {
    if (!token.isBoolean()) {
      if (!field.lenient) {
        throw wrongType(field, "true or false", token);
      }
      return lenientBool(field, token);
    }
    return token == JsonToken.VALUE_TRUE;
  }

  private boolean lenientBool(FieldPlan field, JsonToken token)
      throws IOException, DecodeException {
    if (token == JsonToken.VALUE_STRING) {
      return switch (in.text()) {
        case "true", "1" -> true;
        case "false", "0" -> false;
        default -> throw notIn(field, "true, false, 0 or 1");
      };
    }
    // The number -0 has two characters
    long value =
        token == JsonToken.VALUE_NUMBER_INT && in.numberLength() == 1 ? in.shortInteger() : -1;
    if (value != 0 && value != 1) {
      throw wrongType(field, "true, false, 0 or 1, or a string that holds one", token);
    }
    return value == 1;
  }

  private String uuid(FieldPlan field, JsonToken token) throws IOException, DecodeException {
    requireString(field, token);
    String uuid = UuidText.canonical(in.text());
    if (uuid == null) {
      throw fail(DeadLetterCode.WRONG_TYPE, field, UuidText.EXPECTED);
    }
    return uuid;
  }

  private String address(FieldPlan field, JsonToken token) throws IOException, DecodeException {
    requireString(field, token);
    boolean v4 = field.type == FieldType.IPV4;
    String address = v4 ? IpText.ipv4(in.text()) : IpText.ipv6(in.text());
    if (address == null) {
      throw fail(
          DeadLetterCode.WRONG_TYPE, field, v4 ? IpText.EXPECTED_IPV4 : IpText.EXPECTED_IPV6);
    }
    return address;
  }

  private String enumValue(FieldPlan field, JsonToken token) throws IOException, DecodeException {
    requireString(field, token);
    EnumValues values = field.values;
    String text = in.text();
    if (values == null || !values.contains(text)) {
      throw fail(DeadLetterCode.UNKNOWN_VALUE, field, values == null ? "" : values.expected());
    }
    return text;
  }

  /** The failure of a value of another JSON kind. */
  DecodeException wrongType(FieldPlan field, String expected, JsonToken found) throws IOException {
    String message = "expected " + expected + ", found " + kind(found);
    return found.isNumeric()
        ? number(DeadLetterCode.WRONG_TYPE, field, message)
        : fail(DeadLetterCode.WRONG_TYPE, field, message);
  }

  /** The failure of the current number token. At the end of the input it may go on differently. */
  DecodeException number(DeadLetterCode code, FieldPlan field, String message) throws IOException {
    return in.numberEndsInput()
        ? new DecodeException(
            DeadLetterCode.TRUNCATED, location.describe(field.path) + ": the JSON ends in a number")
        : fail(code, field, message);
  }

  /** The failure of a field. */
  DecodeException fail(DeadLetterCode code, FieldPlan field, String message) {
    return new DecodeException(code, location.describe(field.path) + ": " + message);
  }

  /** What a token is, for messages. */
  static String kind(JsonToken token) {
    return switch (token.id()) {
      case JsonTokenId.ID_STRING -> "a string";
      case JsonTokenId.ID_NUMBER_INT -> "an integer";
      case JsonTokenId.ID_NUMBER_FLOAT -> "a number with fraction or exponent";
      case JsonTokenId.ID_TRUE, JsonTokenId.ID_FALSE -> "a boolean";
      case JsonTokenId.ID_NULL -> "null";
      case JsonTokenId.ID_START_ARRAY -> "an array";
      default -> "an object";
    };
  }
}
