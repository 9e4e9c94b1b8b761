package io.millrace.decode.otlp;

import io.millrace.text.Utf8;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.checkerframework.checker.nullness.qual.Nullable;

/**
 * The keys of attributes as strings: a few that come again in every event. A table of fixed size in
 * which a later key replaces an earlier one with the same place. Not thread-safe.
 */
final class KeyCache {
  private static final int SLOTS = 512;
  private static final int LONGEST = 64;

  private final byte[][] keys = new byte[SLOTS][];
  private final @Nullable String[] texts = new @Nullable String[SLOTS];

  /** The text of a range of bytes, which is UTF-8; null if it is not. */
  @Nullable String text(byte[] bytes, int from, int to) {
    int length = to - from;
    if (length > LONGEST) {
      return make(bytes, from, to);
    }
    int hash = length;
    for (int i = from; i < to; i++) {
      hash = 31 * hash + bytes[i];
    }
    int slot = (hash ^ (hash >>> 15)) & (SLOTS - 1);
    byte[] key = keys[slot];
    if (key != null && Arrays.equals(key, 0, key.length, bytes, from, to)) {
      return texts[slot];
    }
    String text = make(bytes, from, to);
    if (text != null) {
      keys[slot] = Arrays.copyOfRange(bytes, from, to);
      texts[slot] = text;
    }
    return text;
  }

  private static @Nullable String make(byte[] bytes, int from, int to) {
    return Utf8.isValid(bytes, from, to)
        ? new String(bytes, from, to - from, StandardCharsets.UTF_8)
        : null;
  }
}
