package io.millrace.file;

import java.io.Serializable;

/**
 * Limits the expansion of a compressed file without records: a small file of blanks could keep a
 * reader busy for hours. Reading fails above both bounds. Each record resets the count.
 *
 * @param bytes most decompressed bytes since the last record
 * @param ratio most decompressed bytes for each compressed byte since the last record
 */
record ExpansionLimit(long bytes, long ratio) implements Serializable {
  /** One GiB, at a hundred to one. */
  static final ExpansionLimit DEFAULT = new ExpansionLimit(1L << 30, 100);

  boolean isExceeded(long expanded, long raw) {
    return expanded > bytes && expanded / ratio > raw;
  }

  String reason() {
    return ("it expands to more than %s MiB, more than %s times its size, without an event;"
            + " remove the blank lines, or decompress it first")
        .formatted(bytes >> 20, ratio);
  }
}
