package io.millrace.file;

import java.io.IOException;
import java.util.function.LongConsumer;

/** Reports the bytes read of a file, and stops reading above its {@link ExpansionLimit}. */
final class ReadListener implements LineReader.Listener {
  /** Reports rarely, because reporting costs more than reading a line. */
  private static final long REPORT_BYTES = 1 << 20;

  private final FileContent content;
  private final ExpansionLimit limit;
  private final LongConsumer progress;
  private long rawAtRecord;
  private long unreported;

  /**
   * Creates a listener.
   *
   * @param content the file, at the end of a record
   * @param progress receives the number of bytes read since the last report
   */
  ReadListener(FileContent content, ExpansionLimit limit, LongConsumer progress) {
    this.content = content;
    this.limit = limit;
    this.progress = progress;
    record();
  }

  @Override
  public void read(int bytes, long withoutRecord) throws IOException {
    unreported += bytes;
    if (unreported >= REPORT_BYTES) {
      report();
    }
    if (content.isCompressed()
        && limit.isExceeded(withoutRecord, content.rawBytes() - rawAtRecord)) {
      throw new IOException(limit.reason());
    }
  }

  @Override
  public void record() {
    rawAtRecord = content.rawBytes();
  }

  @Override
  public void close() {
    if (unreported > 0) {
      report();
    }
  }

  private void report() {
    progress.accept(unreported);
    unreported = 0;
  }
}
