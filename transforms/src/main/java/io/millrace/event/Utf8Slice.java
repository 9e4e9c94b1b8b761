package io.millrace.event;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.checkerframework.checker.nullness.qual.Nullable;

/**
 * A text as a slice of valid UTF-8, mostly of the record's bytes. A text that is only written to a
 * table is never decoded and encoded again. The array is shared and must not change.
 */
public final class Utf8Slice {
  private final byte[] bytes;
  private final int from;
  private final int length;
  private @Nullable String text;

  /**
   * A slice of an array.
   *
   * @param bytes an array with valid UTF-8 in the slice
   * @param from the index of the first byte
   * @param length the number of bytes
   */
  public Utf8Slice(byte[] bytes, int from, int length) {
    this.bytes = bytes;
    this.from = from;
    this.length = length;
  }

  public byte[] bytes() {
    return bytes;
  }

  public int from() {
    return from;
  }

  public int length() {
    return length;
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof Utf8Slice that
        && Arrays.equals(
            bytes, from, from + length, that.bytes, that.from, that.from + that.length);
  }

  @Override
  public int hashCode() {
    return toString().hashCode();
  }

  /** The text; decoded on first use. */
  @Override
  public String toString() {
    String decoded = text;
    if (decoded == null) {
      decoded = new String(bytes, from, length, StandardCharsets.UTF_8);
      text = decoded;
    }
    return decoded;
  }
}
