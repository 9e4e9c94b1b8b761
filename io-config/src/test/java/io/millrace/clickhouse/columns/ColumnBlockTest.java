package io.millrace.clickhouse.columns;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.is;

import io.millrace.event.RowBuffer;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.lang.ref.WeakReference;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;

class ColumnBlockTest {
  private static final Duration LONGEST = Duration.ofSeconds(30);

  private final ColumnBlock block =
      Objects.requireNonNull(ColumnBlock.of(List.of("text"), List.of("String"), new ChunkPool()));

  private WeakReference<byte[]> addAndWrite() throws IOException {
    RowBuffer row = new RowBuffer(1_000_000);
    row.writeString("x".repeat(500_000));
    block.add(row.bytes(), 0, row.size());
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    block.writeTo(out);
    assertThat(out.size() > 500_000, is(true));
    block.clear();
    return new WeakReference<>(row.bytes());
  }

  /** A client without work must not hold the rows of its last batch, which may be large. */
  @Test
  void aClearedBlockHoldsNoRows() throws Exception {
    WeakReference<byte[]> rows = addAndWrite();
    long deadline = System.nanoTime() + LONGEST.toNanos();
    while (rows.get() != null && System.nanoTime() < deadline) {
      System.gc();
    }
    assertThat(rows.get() == null, is(true));
  }
}
