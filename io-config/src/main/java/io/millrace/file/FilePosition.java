package io.millrace.file;

import java.io.Serializable;

/**
 * A place between two lines of a file, and all that the lines before it say about time: enough to
 * read on from here as if from the beginning. Times are milliseconds since the epoch, UTC.
 *
 * @param bytes how many bytes lie before it, after decompression
 * @param lines how many lines lie before it, empty ones too
 * @param recordTimeMillis the time of a line that has none of its own
 * @param log what is known of the file's order
 * @param recordBytes how many bytes lie before the end of the last line that is not empty
 */
record FilePosition(
    long bytes, long lines, long recordTimeMillis, FileWatermark log, long recordBytes)
    implements Serializable {
  private static final long END = Long.MAX_VALUE;

  /** Before the first line of a file that was modified at a certain time. */
  static FilePosition start(long modifiedMillis, FileWatermark log) {
    return new FilePosition(0, 0, modifiedMillis, log, 0);
  }

  /** After an empty line that begins here. */
  FilePosition afterEmptyLine(long endBytes) {
    return new FilePosition(endBytes, lines + 1, recordTimeMillis, log, recordBytes);
  }

  /** After the last line, wherever that is. */
  FilePosition end() {
    return new FilePosition(bytes, END, recordTimeMillis, log, recordBytes);
  }
}
