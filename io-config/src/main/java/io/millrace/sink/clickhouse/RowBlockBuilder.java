package io.millrace.sink.clickhouse;

import io.millrace.event.RowBuffer;
import io.millrace.event.SourceRecord;
import io.millrace.event.SourceRecordCoder;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.util.function.Consumer;
import org.checkerframework.checker.nullness.qual.Nullable;

/** Gathers encoded rows into blocks. A row is added whole or not at all. */
final class RowBlockBuilder {
  private static final int INITIAL_BYTES = 1 << 16;

  private final RowBuffer index = new RowBuffer(INITIAL_BYTES / 16);
  private final RowBuffer rows = new RowBuffer(INITIAL_BYTES);
  private final RowBuffer origins = new RowBuffer(INITIAL_BYTES);
  private final OutputStream originStream = origins.stream();
  private int rowCount;
  private long firstTimeMillis;

  /** Writes one row. */
  @FunctionalInterface
  interface RowWriter<T> {
    void write(T value, RowBuffer out) throws ContentException;
  }

  /**
   * Adds one row.
   *
   * @param origin the record it came from; null if it came from several
   * @throws ContentException if the table cannot hold it; the builder is as it was before
   */
  <T> void add(T value, RowWriter<T> writer, long eventTimeMillis, @Nullable SourceRecord origin)
      throws ContentException {
    int start = rows.size();
    boolean whole = false;
    try {
      writer.write(value, rows);
      whole = true;
    } finally {
      if (!whole) {
        rows.truncate(start);
      }
    }
    try {
      if (origin != null) {
        SourceRecordCoder.of().encode(origin, originStream);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    if (rowCount == 0) {
      firstTimeMillis = eventTimeMillis;
    }
    RowBlock.appendIndex(index, rows.size(), origins.size(), eventTimeMillis);
    rowCount++;
  }

  /** The time of the first row; there must be one. Milliseconds since the epoch, UTC. */
  long firstTimeMillis() {
    return firstTimeMillis;
  }

  /** Adds one row that can always be written and will never be refused. */
  void addWithoutOrigin(long timeMillis, Consumer<RowBuffer> writer) {
    writer.accept(rows);
    RowBlock.appendIndex(index, rows.size(), origins.size(), timeMillis);
    rowCount++;
  }

  int rowCount() {
    return rowCount;
  }

  /** What the rows take in memory, with the records that they came from. */
  long memoryBytes() {
    return (long) index.size() + rows.size() + origins.size();
  }

  /** The rows so far as a block; the builder is empty afterwards. */
  RowBlock build() {
    RowBlock block = new RowBlock(index.toByteArray(), rows.toByteArray(), origins.toByteArray());
    clear();
    return block;
  }

  void clear() {
    index.clear();
    rows.clear();
    origins.clear();
    rowCount = 0;
  }
}
