package io.millrace.clickhouse.encoding;

import io.millrace.event.RowBuffer;
import io.millrace.event.SourceRecord;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.checkerframework.checker.nullness.qual.Nullable;

/** Builds blocks of encoded rows. A failed row leaves no bytes behind. */
public final class RowBlockBuilder {
  private static final int INITIAL_BYTES = 1 << 16;

  private final RowBuffer index = new RowBuffer(INITIAL_BYTES / 16);
  private final RowBuffer rows = new RowBuffer(INITIAL_BYTES);
  private final List<@Nullable SourceRecord> origins = new ArrayList<>();
  private long originBytes;
  private long firstTimeMillis;

  @FunctionalInterface
  public interface RowWriter<T> {
    void write(T value, RowBuffer out) throws InvalidRowException;
  }

  /**
   * Adds one row.
   *
   * @param origin the original record; null for a row of several records
   * @throws InvalidRowException if the table cannot hold it; the builder is unchanged
   */
  public <T> void add(
      T value, RowWriter<T> writer, long eventTimeMillis, @Nullable SourceRecord origin)
      throws InvalidRowException {
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
    if (origins.isEmpty()) {
      firstTimeMillis = eventTimeMillis;
    }
    RowBlock.appendIndex(index, rows.size(), eventTimeMillis);
    origins.add(origin);
    originBytes += RowBlock.memoryBytes(origin);
  }

  /** Time of the first row, milliseconds since the epoch, UTC. Requires a row. */
  public long firstTimeMillis() {
    return firstTimeMillis;
  }

  /** Adds one row that is always valid and needs no origin. */
  public void addWithoutOrigin(long timeMillis, Consumer<RowBuffer> writer) {
    writer.accept(rows);
    RowBlock.appendIndex(index, rows.size(), timeMillis);
    origins.add(null);
  }

  public int rowCount() {
    return origins.size();
  }

  /** Memory of the rows and their records. */
  public long memoryBytes() {
    return index.size() + rows.size() + originBytes;
  }

  /** Builds a block and clears the builder. */
  public RowBlock build() {
    RowBlock block =
        new RowBlock(
            index.toByteArray(),
            rows.toByteArray(),
            new byte[0],
            origins.toArray(new @Nullable SourceRecord[0]),
            originBytes);
    clear();
    return block;
  }

  public void clear() {
    index.clear();
    rows.clear();
    origins.clear();
    originBytes = 0;
  }
}
