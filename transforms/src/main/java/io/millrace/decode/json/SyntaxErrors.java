package io.millrace.decode.json;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.io.JsonEOFException;
import io.millrace.decode.DecodeException;
import io.millrace.event.DeadLetterCode;

/** Tells JSON that was cut off from JSON that is wrong, where the parser gave up. */
final class SyntaxErrors {
  // The end between two entries of an object comes as an ordinary parse exception.
  private static final String END_OF_INPUT = "Unexpected end-of-input";

  private SyntaxErrors() {}

  /**
   * The failure for a parser's exception, whose own message holds parts of the event and is
   * dropped.
   *
   * @param base where in the bytes the parser began
   * @param inArray whether the innermost open value is an array
   */
  static DecodeException of(JsonProcessingException e, byte[] bytes, int base, boolean inArray) {
    long at = e.getLocation() == null ? -1 : base + e.getLocation().getByteOffset();
    if (e instanceof JsonEOFException
        || e.getOriginalMessage().startsWith(END_OF_INPUT)
        || endsInsideValue(bytes, base, at, inArray)) {
      return new DecodeException(
          DeadLetterCode.TRUNCATED,
          "byte " + bytes.length + ": the JSON ends before its object is complete");
    }
    return new DecodeException(
        DeadLetterCode.MALFORMED_JSON, "byte " + Math.max(at, 0) + ": expected valid JSON");
  }

  /**
   * Whether the bytes end within a literal or a number that could go on. The parser reports those
   * as wrong, not as cut off.
   */
  private static boolean endsInsideValue(byte[] bytes, int base, long errorAt, boolean inArray) {
    int from = bytes.length;
    while (from > base && isWord(bytes[from - 1])) {
      from--;
    }
    int before = from - 1;
    while (before >= base && isSpace(bytes[before])) {
      before--;
    }
    boolean valueExpected =
        before >= base
            && (bytes[before] == ':' || bytes[before] == '[' || (bytes[before] == ',' && inArray));
    if (!valueExpected || from == bytes.length || errorAt < from) {
      return false;
    }
    return begins("true", bytes, from)
        || begins("false", bytes, from)
        || begins("null", bytes, from)
        || isCutNumber(bytes, from);
  }

  private static boolean begins(String literal, byte[] bytes, int from) {
    int length = bytes.length - from;
    if (length > literal.length()) {
      return false;
    }
    for (int i = 0; i < length; i++) {
      if (bytes[from + i] != literal.charAt(i)) {
        return false;
      }
    }
    return true;
  }

  /** A number that is not complete: {@code -}, {@code 1.}, {@code 1e}, {@code 1e-}. */
  private static boolean isCutNumber(byte[] bytes, int from) {
    int at = from;
    at += bytes[at] == '-' ? 1 : 0;
    if (at == bytes.length) {
      return true;
    }
    int whole = passDigits(bytes, at);
    if (whole == at || (bytes[at] == '0' && whole > at + 1)) {
      return false;
    }
    at = whole;
    if (at < bytes.length && bytes[at] == '.') {
      at++;
      int fraction = passDigits(bytes, at);
      if (fraction == bytes.length) {
        return fraction == at;
      } else if (fraction == at) {
        return false;
      }
      at = fraction;
    }
    if (at < bytes.length && (bytes[at] | 0x20) == 'e') {
      at++;
      at += at < bytes.length && (bytes[at] == '+' || bytes[at] == '-') ? 1 : 0;
      return at == bytes.length;
    }
    return false;
  }

  private static int passDigits(byte[] bytes, int from) {
    int at = from;
    while (at < bytes.length && bytes[at] >= '0' && bytes[at] <= '9') {
      at++;
    }
    return at;
  }

  private static boolean isWord(byte c) {
    int lower = c | 0x20;
    return (lower >= 'a' && lower <= 'z')
        || (c >= '0' && c <= '9')
        || c == '+'
        || c == '-'
        || c == '.';
  }

  /** White space of JSON. */
  static boolean isSpace(byte c) {
    return c == ' ' || c == '\n' || c == '\r' || c == '\t';
  }
}
