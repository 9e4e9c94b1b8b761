package io.millrace.decode;

import org.checkerframework.checker.nullness.qual.Nullable;

/** Guesses by its first bytes what a body is that its format cannot read, for messages. */
public final class BodyHint {
  private static final int GZIP = 0x1f8b;
  private static final int ZSTD = 0x28b52ffd;
  private static final int LZ4 = 0x04224d18;
  private static final int SNAPPY = 0x82534e41;

  /** A zero byte and the four bytes of a schema's id. */
  private static final int FRAME_BYTES = 5;

  private BodyHint() {}

  /**
   * What the body looks like, to be appended to a message; empty if nothing is known.
   *
   * @param format what was expected, such as {@code JSON}
   */
  public static String of(byte[] bytes, String format) {
    int first = first(bytes);
    if (first >>> Short.SIZE == GZIP) {
      return compressed("gzip", "gzip", format);
    } else if (first == ZSTD) {
      return compressed("Zstandard", "zstd", format);
    } else if (first == LZ4) {
      return compressed("LZ4", null, format);
    } else if (first == SNAPPY) {
      return compressed("Snappy", null, format);
    } else if (isFramed(bytes)) {
      boolean json = bytes[FRAME_BYTES] == '{';
      return "; the body looks like a message of a schema registry (a zero byte, a schema's id of 4"
          + " bytes, then "
          + (json ? "JSON" : "Avro or Protobuf")
          + "): expected plain "
          + format
          + (json
              ? ", so use a plain " + format + " serializer in the producer"
              : "; for these, the contract needs the format avro or protobuf with `registry`");
    }
    return "";
  }

  private static String compressed(String by, @Nullable String declared, String format) {
    return "; the body looks like "
        + by
        + ": expected plain "
        + format
        + (declared == null ? ";" : "; declare `compression: " + declared + "` in the contract, or")
        + " let the Kafka producer compress (compression.type), which readers"
        + " undo by themselves";
  }

  private static int first(byte[] bytes) {
    int first = 0;
    for (int i = 0; i < Integer.BYTES; i++) {
      first = first << Byte.SIZE | (i < bytes.length ? bytes[i] & 0xff : 0);
    }
    return first;
  }

  private static boolean isFramed(byte[] bytes) {
    // JSON in UTF-16 or UTF-32 also begins with zeros, but has one before each character.
    return bytes.length > FRAME_BYTES
        && bytes[0] == 0
        && !(bytes[1] == '{' && bytes[2] == 0)
        && !(bytes[3] == '{' && bytes[4] == 0);
  }
}
