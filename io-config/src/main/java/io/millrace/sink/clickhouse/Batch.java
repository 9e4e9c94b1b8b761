package io.millrace.sink.clickhouse;

import io.millrace.event.SourceRecord;
import java.io.IOException;
import java.io.OutputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.function.Consumer;

/** Rows that go into one INSERT: stretches of blocks, without a copy of their bytes. Immutable. */
final class Batch {
  /** Rows of a block from one (inclusive) to another (exclusive). */
  private record Slice(RowBlock block, int from, int to) {
    int rows() {
      return to - from;
    }
  }

  private final List<Slice> slices;
  private final int rows;

  private Batch(List<Slice> slices) {
    this.slices = slices;
    this.rows = slices.stream().mapToInt(Slice::rows).sum();
  }

  static Batch of(Iterable<RowBlock> blocks) {
    List<Slice> slices = new ArrayList<>();
    for (RowBlock block : blocks) {
      if (block.rowCount() > 0) {
        slices.add(new Slice(block, 0, block.rowCount()));
      }
    }
    return new Batch(slices);
  }

  int rowCount() {
    return rows;
  }

  long byteCount() {
    long bytes = 0;
    for (Slice slice : slices) {
      bytes += slice.block.byteCount(slice.from, slice.to);
    }
    return bytes;
  }

  /** The record of the first row. */
  SourceRecord firstOrigin() {
    Slice first = slices.get(0);
    return first.block.origin(first.from);
  }

  /** The first half of the rows. */
  Batch firstHalf() {
    return part(0, rows / 2);
  }

  /** The other half. */
  Batch secondHalf() {
    return part(rows / 2, rows);
  }

  private Batch part(int from, int to) {
    List<Slice> part = new ArrayList<>();
    int start = 0;
    for (Slice slice : slices) {
      int first = Math.max(from - start, 0);
      int last = Math.min(to - start, slice.rows());
      if (first < last) {
        part.add(new Slice(slice.block, slice.from + first, slice.from + last));
      }
      start += slice.rows();
    }
    return new Batch(part);
  }

  void writeTo(OutputStream out) throws IOException {
    for (Slice slice : slices) {
      slice.block.writeRows(slice.from, slice.to, out);
    }
  }

  /** A function of the rows alone: a retry of the same rows has the same token. */
  String token() {
    MessageDigest digest;
    try {
      digest = MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
    for (Slice slice : slices) {
      slice.block.digestRows(slice.from, slice.to, digest);
    }
    return HexFormat.of().formatHex(digest.digest());
  }

  /** Hands over the record of each row, without its bytes. */
  void forEachOrigin(Consumer<SourceRecord> visitor) {
    for (Slice slice : slices) {
      for (int row = slice.from; row < slice.to; row++) {
        visitor.accept(slice.block.originWithoutBytes(row));
      }
    }
  }

  /** Takes an event time. */
  @FunctionalInterface
  interface TimeVisitor {
    void visit(long eventTimeMillis);
  }

  /** Hands over the event time of each row, milliseconds since the epoch, UTC. */
  void forEachTime(TimeVisitor visitor) {
    for (Slice slice : slices) {
      for (int row = slice.from; row < slice.to; row++) {
        visitor.visit(slice.block.eventTimeMillis(row));
      }
    }
  }
}
