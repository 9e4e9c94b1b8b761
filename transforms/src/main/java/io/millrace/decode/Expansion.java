package io.millrace.decode;

import io.millrace.event.DeadLetterCode;
import java.util.Arrays;

/**
 * How much room expanded bytes get: never more than the limit, and no claim is believed blindly.
 */
final class Expansion {
  private static final int SMALLEST = 256;

  private Expansion() {}

  /**
   * Bytes to begin with.
   *
   * @param claimed how many bytes the compressed ones say that they expand to
   * @param mostGrowth to how many bytes one compressed byte expands at most
   */
  static int capacity(long claimed, int compressed, int mostGrowth, int maxBytes) {
    return (int) Math.min(maxBytes, Math.min(claimed, (long) compressed * mostGrowth));
  }

  /**
   * A larger copy.
   *
   * @throws DecodeException if there is no more room within the limit
   */
  static byte[] grow(byte[] full, int maxBytes) throws DecodeException {
    return Arrays.copyOf(full, grown(full.length, maxBytes));
  }

  /** The next larger number of bytes, as {@link #grow} does it. */
  static int grown(int length, int maxBytes) throws DecodeException {
    if (length >= maxBytes) {
      throw tooLarge(maxBytes);
    }
    return (int) Math.min(maxBytes, Math.max(SMALLEST, 2L * length));
  }

  static DecodeException tooLarge(int maxBytes) {
    return new DecodeException(
        DeadLetterCode.TOO_LARGE, "expected at most " + maxBytes + " bytes, decompressed");
  }
}
