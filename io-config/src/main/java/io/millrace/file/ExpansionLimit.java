package io.millrace.file;

import java.io.Serializable;

/**
 * How far a compressed file may expand without a record in it: a small file of blanks can keep a
 * reader busy for hours. Reading fails beyond both bounds. Records begin the count anew, however
 * well they are compressed.
 *
 * @param bytes after decompression since the last record
 * @param ratio bytes after decompression for each byte of the file since the last record
 */
record ExpansionLimit(long bytes, long ratio) implements Serializable {
  /** One GiB, at a hundred to one. */
  static final ExpansionLimit DEFAULT = new ExpansionLimit(1L << 30, 100);

  boolean isExceeded(long expanded, long raw) {
    return expanded > bytes && expanded / ratio > raw;
  }

  /** Why reading ended, in words. */
  String reason() {
    return "it expands to more than "
        + (bytes >> 20)
        + " MiB, more than "
        + ratio
        + " times its size, without an event; remove the blank lines, or decompress it first";
  }
}
