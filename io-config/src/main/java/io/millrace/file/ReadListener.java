package io.millrace.file;

import java.io.IOException;
import java.io.Serializable;
import java.util.function.LongConsumer;

/** Reports the bytes read of a file, and stops reading above its {@link Limit}. */
final class ReadListener {
  /** Reports rarely, because reporting costs more than reading a line. */
  private static final long REPORT_BYTES = 1 << 20;

  private final FileContent content;
  private final Limit limit;
  private final LongConsumer progress;
  private long rawAtRecord;
  private long unreported;

  /** Creates a listener of a file at the end of a record; {@code progress} receives bytes read. */
  ReadListener(FileContent content, Limit limit, LongConsumer progress) {
    this.content = content;
    this.limit = limit;
    this.progress = progress;
    record();
  }

  /**
   * Decompressed bytes were read.
   *
   * @param withoutRecord bytes since the end of the last line that was not empty
   * @throws IOException to stop reading the file
   */
  void read(int bytes, long withoutRecord) throws IOException {
    unreported += bytes;
    if (unreported >= REPORT_BYTES) {
      report();
    }
    if (content.isCompressed()
        && limit.isExceeded(withoutRecord, content.rawBytes() - rawAtRecord)) {
      throw new IOException(limit.reason());
    }
  }

  /** A line that is not empty was read. */
  void record() {
    rawAtRecord = content.rawBytes();
  }

  void close() {
    if (unreported > 0) {
      report();
    }
  }

  private void report() {
    progress.accept(unreported);
    unreported = 0;
  }

  /**
   * Limits the expansion of a compressed file without records: a small file of blanks could keep a
   * reader busy for hours. Reading fails above both bounds. Each record resets the count.
   *
   * @param bytes most decompressed bytes since the last record
   * @param ratio most decompressed bytes for each compressed byte since the last record
   */
  record Limit(long bytes, long ratio) implements Serializable {
    /** One GiB, at a hundred to one. */
    static final Limit DEFAULT = new Limit(1L << 30, 100);

    boolean isExceeded(long expanded, long raw) {
      return expanded > bytes && expanded / ratio > raw;
    }

    String reason() {
      return ("it expands to more than %s MiB, more than %s times its size, without an event;"
              + " remove the blank lines, or decompress it first")
          .formatted(bytes >> 20, ratio);
    }
  }
}
