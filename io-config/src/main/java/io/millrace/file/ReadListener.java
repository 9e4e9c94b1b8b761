package io.millrace.file;

import java.io.IOException;
import java.util.function.LongConsumer;

/** Reports the bytes read of a file, and stops reading above its {@link ExpansionLimit}. */
final class ReadListener {
  /** Reports rarely, because reporting costs more than reading a line. */
  private static final long REPORT_BYTES = 1 << 20;

  private final FileContent content;
  private final ExpansionLimit limit;
  private final LongConsumer progress;
  private long rawAtRecord;
  private long unreported;

  /** Creates a listener of a file at the end of a record; {@code progress} receives bytes read. */
  ReadListener(FileContent content, ExpansionLimit limit, LongConsumer progress) {
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
}
