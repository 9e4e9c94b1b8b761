package io.millrace.event;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.checkerframework.checker.nullness.qual.Nullable;

/**
 * Text that has not been made a {@link String}: valid UTF-8 in an array that holds more, mostly the
 * record's own bytes. What is only passed on to a table is never decoded and encoded again. The
 * array is shared: never change it.
 */
public final class Utf8Slice {
  private final byte[] bytes;
  private final int from;
  private final int length;
  private @Nullable String text;

  /**
   * A part of an array.
   *
   * @param bytes valid UTF-8 there
   * @param from where the text begins
   * @param length how many bytes it has
   */
  public Utf8Slice(byte[] bytes, int from, int length) {
    this.bytes = bytes;
    this.from = from;
    this.length = length;
  }

  /** The array that holds the text, and more. */
  public byte[] bytes() {
    return bytes;
  }

  /** Where the text begins in it. */
  public int from() {
    return from;
  }

  /** How many bytes the text has. */
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

  /** The text; decoded when it is asked for the first time. */
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
