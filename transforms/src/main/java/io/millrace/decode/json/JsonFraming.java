package io.millrace.decode.json;

import io.millrace.decode.BodyHint;
import io.millrace.decode.DecodeException;
import io.millrace.decode.Utf8Validator;
import io.millrace.event.DeadLetterCode;
import io.millrace.text.Utf8;
import java.nio.charset.StandardCharsets;
import java.util.regex.Pattern;

/** What is checked around the JSON of an event: its size, its encoding, its first and last byte. */
public final class JsonFraming {
  // At the start of what is no object
  private static final Pattern NON_NUMBER = Pattern.compile("(NaN|-?Infinity)(?![a-zA-Z0-9])");
  private static final Pattern VALUE =
      Pattern.compile("[\\[\"]|-?[0-9]|(true|false|null)(?![a-zA-Z0-9])");
  private static final int LONGEST = "-Infinity ".length();
  // By so many bytes the parser would guess at UTF-16 or UTF-32
  private static final int GUESSED = 4;

  private JsonFraming() {}

  /** Where the JSON begins in bytes of which only the size and the first bytes are checked. */
  public static int firstByte(byte[] bytes, int maxBytes) throws DecodeException {
    int start = start(bytes, maxBytes);
    refuseWideEncoding(bytes, 0);
    refuseWideEncoding(bytes, start);
    return start;
  }

  private static int start(byte[] bytes, int maxBytes) throws DecodeException {
    if (bytes.length > maxBytes) {
      throw new DecodeException(
          DeadLetterCode.TOO_LARGE, "expected at most " + maxBytes + " bytes");
    }
    int start = hasByteOrderMark(bytes) ? 3 : 0;
    while (start < bytes.length && SyntaxErrors.isSpace(bytes[start])) {
      start++;
    }
    if (start == bytes.length) {
      throw new DecodeException(DeadLetterCode.EMPTY, "expected an event, found no bytes");
    }
    return start;
  }

  /** Where the object begins in bytes that are UTF-8 and, by their first byte, an object. */
  public static int openingBrace(byte[] bytes, int maxBytes, Utf8Validator utf8)
      throws DecodeException {
    int start = start(bytes, maxBytes);
    switch (utf8.check(bytes, start)) {
      case INVALID ->
          throw new DecodeException(
              DeadLetterCode.NOT_UTF8,
              "byte " + utf8.position() + ": expected UTF-8" + BodyHint.of(bytes, "JSON"));
      case INCOMPLETE ->
          throw new DecodeException(
              DeadLetterCode.TRUNCATED, "byte " + utf8.position() + ": a character is cut off");
      case VALID -> {}
    }
    refuseWideEncoding(bytes, 0);
    refuseWideEncoding(bytes, start);
    if (bytes[start] != '{') {
      throw notAnObject(bytes, start);
    }
    return start;
  }

  /**
   * Where the object begins in bytes that are UTF-8, hold nothing before it but white space, and
   * are not too large; -1 for all others, about which {@link #openingBrace} decides.
   */
  static int quickOpeningBrace(byte[] bytes, int maxBytes) {
    int start = 0;
    while (start < bytes.length && SyntaxErrors.isSpace(bytes[start])) {
      start++;
    }
    return start < bytes.length
            && bytes[start] == '{'
            && bytes.length <= maxBytes
            && Utf8.isValid(bytes, start, bytes.length)
        ? start
        : -1;
  }

  /** Fails if anything but white space follows. */
  public static void checkEnd(byte[] bytes, int from) throws DecodeException {
    for (int i = from; i < bytes.length; i++) {
      if (!SyntaxErrors.isSpace(bytes[i])) {
        throw new DecodeException(
            DeadLetterCode.TRAILING_GARBAGE,
            "byte " + i + ": expected nothing after the event's object");
      }
    }
  }

  private static boolean hasByteOrderMark(byte[] bytes) {
    return bytes.length >= 3
        && bytes[0] == (byte) 0xef
        && bytes[1] == (byte) 0xbb
        && bytes[2] == (byte) 0xbf;
  }

  /** ASCII in UTF-16 or UTF-32 is valid UTF-8, but full of zeros, which JSON never holds. */
  private static void refuseWideEncoding(byte[] bytes, int from) throws DecodeException {
    for (int i = from; i < Math.min(from + GUESSED, bytes.length); i++) {
      if (bytes[i] == 0) {
        throw new DecodeException(
            DeadLetterCode.NOT_UTF8,
            "byte " + i + ": expected UTF-8, found a zero byte" + BodyHint.of(bytes, "JSON"));
      }
    }
  }

  private static DecodeException notAnObject(byte[] bytes, int start) {
    int length = Math.min(LONGEST, bytes.length - start);
    String head = new String(bytes, start, length, StandardCharsets.ISO_8859_1);
    if (NON_NUMBER.matcher(head).lookingAt()) {
      return new DecodeException(
          DeadLetterCode.NOT_A_NUMBER,
          "byte " + start + ": expected JSON, which has neither NaN nor Infinity");
    }
    return VALUE.matcher(head).lookingAt()
        ? new DecodeException(
            DeadLetterCode.NOT_AN_OBJECT, "byte " + start + ": expected a JSON object")
        : new DecodeException(
            DeadLetterCode.MALFORMED_JSON,
            "byte " + start + ": expected JSON, an object" + BodyHint.of(bytes, "JSON"));
  }
}
