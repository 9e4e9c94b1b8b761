package io.millrace.decode.json;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.io.JsonEOFException;
import io.millrace.decode.DecodeException;
import io.millrace.event.DeadLetterCode;
import java.nio.charset.StandardCharsets;
import java.util.regex.Pattern;

/** Tells JSON that was cut off from JSON that is wrong, where the parser gave up. */
public final class SyntaxErrors {
  // The end between two entries of an object comes as an ordinary parse exception.
  private static final String END_OF_INPUT = "Unexpected end-of-input";
  // A number that is not complete: -, 1., 1e, 1e-
  private static final Pattern CUT_NUMBER =
      Pattern.compile("-|-?(0|[1-9][0-9]*)(\\.|(\\.[0-9]+)?[eE][-+]?)");

  private SyntaxErrors() {}

  /**
   * The failure for a parser's exception, whose own message holds parts of the event and is
   * dropped.
   *
   * @param base where in the bytes the parser began
   * @param inArray whether the innermost open value is an array
   */
  public static DecodeException of(
      JsonProcessingException e, byte[] bytes, int base, boolean inArray) {
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
    String word = new String(bytes, from, bytes.length - from, StandardCharsets.US_ASCII);
    return "true".startsWith(word)
        || "false".startsWith(word)
        || "null".startsWith(word)
        || CUT_NUMBER.matcher(word).matches();
  }

  /** Whether a text holds half of a surrogate pair without the other. */
  static boolean hasLoneSurrogate(String text) {
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (Character.isHighSurrogate(c)
          && i + 1 < text.length()
          && Character.isLowSurrogate(text.charAt(i + 1))) {
        i++;
      } else if (Character.isSurrogate(c)) {
        return true;
      }
    }
    return false;
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
