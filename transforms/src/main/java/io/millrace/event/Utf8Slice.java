package io.millrace.event;

import io.millrace.text.Escapes;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.checkerframework.checker.nullness.qual.Nullable;

/**
 * A text as a slice of valid UTF-8, mostly of the record's bytes. A text that is only written to a
 * table is never decoded and encoded again. The array is shared and must not change.
 *
 * <p>A text with escapes stays the slice of the record that was sent, until somebody asks for the
 * text: a writer removes the escapes where it writes, and the record is the only copy until then.
 *
 * <p>Thread-safe: what is made on first use is immutable, and may be made twice.
 */
public final class Utf8Slice {
  private final byte[] bytes;
  private final int from;
  private final int length;
  private final @Nullable Escapes escapes;

  /** The text without escapes; only for a slice with escapes. */
  private @Nullable Utf8Slice plain;

  private @Nullable String text;

  /**
   * A slice of an array.
   *
   * @param bytes an array with valid UTF-8 in the slice
   * @param from the index of the first byte
   * @param length the number of bytes
   */
  public Utf8Slice(byte[] bytes, int from, int length) {
    this(bytes, from, length, null);
  }

  /**
   * A slice that holds the text with escapes.
   *
   * @param escapes the kind of escapes, all of which are valid; null if the slice is the text
   */
  public Utf8Slice(byte[] bytes, int from, int length, @Nullable Escapes escapes) {
    this.bytes = bytes;
    this.from = from;
    this.length = length;
    this.escapes = escapes;
  }

  /** The array that holds the text, without escapes. */
  public byte[] bytes() {
    return escapes == null ? bytes : plain(escapes).bytes;
  }

  /** The index of the text's first byte in {@link #bytes}. */
  public int from() {
    return escapes == null ? from : 0;
  }

  /** The number of the text's bytes in {@link #bytes}. */
  public int length() {
    return escapes == null ? length : plain(escapes).length;
  }

  /** How the text is escaped in what was sent; null if what was sent is the text. */
  public @Nullable Escapes escapes() {
    return escapes;
  }

  /** The array that holds what was sent: the text, or the text with escapes. */
  public byte[] sent() {
    return bytes;
  }

  /** The index of the first byte that was sent. */
  public int sentFrom() {
    return from;
  }

  /** The number of bytes that were sent. */
  public int sentLength() {
    return length;
  }

  private Utf8Slice plain(Escapes kind) {
    Utf8Slice made = plain;
    if (made == null) {
      byte[] unescaped = kind.text(bytes, from, from + length);
      made = new Utf8Slice(unescaped, 0, unescaped.length);
      plain = made;
    }
    return made;
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof Utf8Slice that
        && Arrays.equals(
            bytes(),
            from(),
            from() + length(),
            that.bytes(),
            that.from(),
            that.from() + that.length());
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
      // The text's bytes are not kept beside its string.
      byte[] unescaped =
          escapes == null || plain != null ? null : escapes.text(bytes, from, from + length);
      decoded =
          unescaped == null
              ? new String(bytes(), from(), length(), StandardCharsets.UTF_8)
              : new String(unescaped, StandardCharsets.UTF_8);
      text = decoded;
    }
    return decoded;
  }
}
