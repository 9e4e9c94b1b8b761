package io.millrace.clickhouse.write;

import io.millrace.clickhouse.encoding.InvalidRowException;
import io.millrace.clickhouse.encoding.RowBlock;
import io.millrace.clickhouse.schema.RowConversion;
import io.millrace.event.RowBuffer;
import io.millrace.event.SourceRecord;
import java.io.IOException;
import java.io.OutputStream;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.IdentityHashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.LongConsumer;
import java.util.function.ObjLongConsumer;
import net.jpountz.xxhash.StreamingXXHash64;
import net.jpountz.xxhash.XXHashFactory;

/** Rows of one INSERT: ranges of blocks, without a copy of their bytes. Immutable. */
public final class Batch {
  private static final long MILLIS_OF_A_DAY = 86_400_000;
  private static final int MOST_DAYS = 4;
  private static final long TOKEN_SEED = 0x6D696C6C72616365L;

  /** A range of rows of a block. */
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

  public static Batch of(Iterable<RowBlock> blocks) {
    List<Slice> slices = new ArrayList<>();
    for (RowBlock block : blocks) {
      if (block.rowCount() > 0) {
        slices.add(new Slice(block, 0, block.rowCount()));
      }
    }
    return new Batch(slices);
  }

  /** Joins batches in order. */
  static Batch join(Iterable<Batch> batches) {
    List<Slice> slices = new ArrayList<>();
    batches.forEach(batch -> slices.addAll(batch.slices));
    return new Batch(slices);
  }

  public int rowCount() {
    return rows;
  }

  /** The rows as one block; copies, unless they are a block already. */
  RowBlock toBlock() {
    // Once a block, because rejected rows may leave many slices of one.
    IdentityHashMap<RowBlock, RowBlock> packed = new IdentityHashMap<>();
    List<RowBlock> parts = new ArrayList<>();
    for (Slice slice : slices) {
      parts.add(packed.computeIfAbsent(slice.block, RowBlock::packed).part(slice.from, slice.to));
    }
    return RowBlock.join(parts);
  }

  /**
   * Splits the batch by day (UTC). ClickHouse writes a batch of one partition atomically, and the
   * number of parts is the same. Does not split rows of many days, or days with few rows, because
   * of the cost of an INSERT.
   *
   * @param leastRows least rows of a day for a separate INSERT
   */
  List<Batch> byDay(int leastRows) {
    Map<Long, List<Slice>> days = new TreeMap<>();
    for (Slice slice : slices) {
      int from = slice.from;
      while (from < slice.to) {
        long day = day(slice.block, from);
        int to = from + 1;
        while (to < slice.to && day(slice.block, to) == day) {
          to++;
        }
        days.computeIfAbsent(day, d -> new ArrayList<>()).add(new Slice(slice.block, from, to));
        from = to;
      }
      if (days.size() > MOST_DAYS) {
        return List.of(this);
      }
    }
    List<Batch> batches = new ArrayList<>();
    days.values().forEach(day -> batches.add(new Batch(day)));
    return batches.size() > 1 && batches.stream().allMatch(day -> day.rows >= leastRows)
        ? batches
        : List.of(this);
  }

  /** Whether all rows are of one partition, so that the INSERT is atomic. */
  boolean isOfOneDay() {
    long first = day(slices.get(0).block, slices.get(0).from);
    for (Slice slice : slices) {
      for (int row = slice.from; row < slice.to; row++) {
        if (day(slice.block, row) != first) {
          return false;
        }
      }
    }
    return true;
  }

  private static long day(RowBlock block, int row) {
    return Math.floorDiv(block.eventTimeMillis(row), MILLIS_OF_A_DAY);
  }

  public long byteCount() {
    return slices.stream().mapToLong(s -> s.block.byteCount(s.from, s.to)).sum();
  }

  /** The original record of the first row. */
  public SourceRecord firstOrigin() {
    Slice first = slices.get(0);
    return first.block.origin(first.from);
  }

  public Batch firstHalf() {
    return part(0, rows / 2);
  }

  public Batch secondHalf() {
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

  /**
   * Some rows, each as a batch of its own, in one pass: rows of interleaved days are a slice each.
   *
   * @param indexes of the rows, in ascending order
   */
  List<Batch> rows(List<Integer> indexes) {
    List<Batch> alone = new ArrayList<>(indexes.size());
    int start = 0;
    for (Slice slice : slices) {
      int end = start + slice.rows();
      while (alone.size() < indexes.size() && indexes.get(alone.size()) < end) {
        int row = slice.from + indexes.get(alone.size()) - start;
        alone.add(new Batch(List.of(new Slice(slice.block, row, row + 1))));
      }
      start = end;
    }
    return alone;
  }

  /**
   * The batch without some rows.
   *
   * @param indexes of the rows, in ascending order
   */
  Batch without(List<Integer> indexes) {
    List<Slice> rest = new ArrayList<>();
    Iterator<Integer> left = indexes.iterator();
    int next = left.hasNext() ? left.next() : rows;
    int start = 0;
    for (Slice slice : slices) {
      int from = slice.from;
      int offset = slice.from - start;
      while (next + offset < slice.to) {
        if (from < next + offset) {
          rest.add(new Slice(slice.block, from, next + offset));
        }
        from = next + offset + 1;
        next = left.hasNext() ? left.next() : rows;
      }
      if (from < slice.to) {
        rest.add(new Slice(slice.block, from, slice.to));
      }
      start += slice.rows();
    }
    return new Batch(rest);
  }

  /**
   * Encodes the rows again.
   *
   * @throws UnfitRowsException if columns cannot hold some rows
   */
  RowBuffer converted(RowConversion conversion) {
    RowBuffer out = new RowBuffer(Math.toIntExact(byteCount()));
    List<UnfitRowsException.Row> unfit = new ArrayList<>();
    int start = 0;
    for (Slice slice : slices) {
      int offset = start - slice.from;
      slice.block.forEachRow(
          slice.from,
          slice.to,
          (row, bytes, at) -> {
            try {
              conversion.convert(bytes, at, out);
            } catch (InvalidRowException e) {
              unfit.add(new UnfitRowsException.Row(row + offset, e.getMessage()));
            }
          });
      start += slice.rows();
    }
    if (!unfit.isEmpty()) {
      throw new UnfitRowsException(unfit);
    }
    return out;
  }

  /** Visits each row, in order. */
  void forEachRow(RowBlock.RangeVisitor visitor) {
    for (Slice slice : slices) {
      slice.block.forEachRow(
          slice.from,
          slice.to,
          (row, bytes, at) -> visitor.visit(bytes, at, at + slice.block.byteCount(row, row + 1)));
    }
  }

  /** Visits all rows in order, many at once. */
  void forEachRange(RowBlock.RangeVisitor visitor) {
    for (Slice slice : slices) {
      slice.block.visitRange(slice.from, slice.to, visitor);
    }
  }

  public void writeTo(OutputStream out) throws IOException {
    for (Slice slice : slices) {
      slice.block.writeRows(slice.from, slice.to, out);
    }
  }

  /**
   * Deduplication token, a function of the rows: a retry of the same rows has the same token. It
   * has 128 bits of xxHash64 with two seeds, at a tenth of the cost of a cryptographic hash. A
   * deliberate collision could only lose the attacker's own rows.
   */
  public String token() {
    XXHashFactory hashes = XXHashFactory.fastestInstance();
    try (StreamingXXHash64 high = hashes.newStreamingHash64(TOKEN_SEED);
        StreamingXXHash64 low = hashes.newStreamingHash64(~TOKEN_SEED)) {
      for (Slice slice : slices) {
        slice.block.digestRows(slice.from, slice.to, high);
        slice.block.digestRows(slice.from, slice.to, low);
      }
      HexFormat hex = HexFormat.of();
      return rows + "-" + hex.toHexDigits(high.getValue()) + hex.toHexDigits(low.getValue());
    }
  }

  /**
   * Visits each row's record, possibly without its bytes, and event time, milliseconds since the
   * epoch, UTC.
   */
  void forEachOrigin(ObjLongConsumer<SourceRecord> visitor) {
    for (Slice slice : slices) {
      for (int row = slice.from; row < slice.to; row++) {
        visitor.accept(slice.block.originWithoutBytes(row), slice.block.eventTimeMillis(row));
      }
    }
  }

  /** Visits each row's event time, milliseconds since the epoch, UTC. */
  public void forEachTime(LongConsumer visitor) {
    for (Slice slice : slices) {
      for (int row = slice.from; row < slice.to; row++) {
        visitor.accept(slice.block.eventTimeMillis(row));
      }
    }
  }
}
