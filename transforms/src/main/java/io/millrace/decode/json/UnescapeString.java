package io.millrace.decode.json;

import io.millrace.event.Utf8Slice;
import io.millrace.text.ByteScan;
import io.millrace.text.Escapes;
import java.util.Arrays;
import org.checkerframework.checker.nullness.qual.Nullable;

/**
 * Makes the text of a JSON string with escapes, from bytes to bytes: UTF-8 as it came, and what the
 * escapes stand for. What is not valid it leaves to the parser, which knows what to say.
 */
public final class UnescapeString {
  private UnescapeString() {}

  /**
   * The text between two quotes.
   *
   * @param bytes valid UTF-8
   * @param from after the opening quote
   * @return null if it does not end, or an escape in it is not valid
   */
  public static @Nullable Utf8Slice string(byte[] bytes, int from) {
    int to = ByteScan.closingQuote(bytes, from);
    if (to == bytes.length) {
      return null;
    }
    byte[] out = new byte[to - from + Escapes.ROOM];
    int length = Escapes.JSON.remove(bytes, from, to, out, 0);
    if (length < 0) {
      return null;
    }
    return new Utf8Slice(out.length > 2 * length ? Arrays.copyOf(out, length) : out, 0, length);
  }
}
