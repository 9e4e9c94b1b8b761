package io.millrace.contract;

/**
 * How producers compress the value of each record. This is not the compression of Kafka's producer
 * ({@code compression.type}), which readers undo by themselves.
 */
public enum Compression {
  /** Values are not compressed. */
  NONE,
  /** Gzip (RFC 1952), of one or several members. */
  GZIP,
  /** Zstandard (RFC 8878), of one or several frames, without a dictionary. */
  ZSTD,
  /**
   * The record's header {@code content-encoding} tells: {@code gzip}, {@code x-gzip}, {@code zstd}
   * or {@code identity}. Without the header, a value is not compressed.
   */
  HEADER;

  private static final int GZIP_MAGIC = 0x1f8b;
  private static final int ZSTD_MAGIC = 0x28b52ffd;

  /**
   * Whether a value begins like gzip or Zstandard. No event in UTF-8 does. The size of such a value
   * says nothing about the size of its event.
   */
  public static boolean isLikely(byte[] value) {
    if (value.length < Integer.BYTES) {
      return false;
    }
    int first = (value[0] & 0xff) << Byte.SIZE | (value[1] & 0xff);
    int second = (value[2] & 0xff) << Byte.SIZE | (value[3] & 0xff);
    return first == GZIP_MAGIC || (first << Short.SIZE | second) == ZSTD_MAGIC;
  }
}
