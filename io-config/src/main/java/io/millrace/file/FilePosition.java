package io.millrace.file;

import java.io.Serializable;

/**
 * A position between two lines of a file, with the time state of the preceding lines. Reading can
 * continue here with the same result. Times are milliseconds since the epoch, UTC.
 *
 * <p>Savepoints contain it by the names of its components, so they must not change.
 *
 * @param bytes decompressed bytes before the position
 * @param lines lines before the position, including empty ones
 * @param recordTimeMillis record time of a line without one
 * @param watermark watermark of the preceding lines
 * @param recordBytes decompressed bytes before the end of the last line that is not empty
 */
record FilePosition(
    long bytes, long lines, long recordTimeMillis, FileWatermark watermark, long recordBytes)
    implements Serializable {
  private static final long END = Long.MAX_VALUE;

  static FilePosition start(long modifiedMillis, FileWatermark watermark) {
    return new FilePosition(0, 0, modifiedMillis, watermark, 0);
  }

  FilePosition afterEmptyLine(long endBytes) {
    return new FilePosition(endBytes, lines + 1, recordTimeMillis, watermark, recordBytes);
  }

  FilePosition end() {
    return new FilePosition(bytes, END, recordTimeMillis, watermark, recordBytes);
  }
}
