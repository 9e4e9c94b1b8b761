package io.millrace.rollup.measure;

import io.millrace.event.RowValues;
import io.millrace.expression.RowPredicate;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.List;
import org.checkerframework.checker.nullness.qual.Nullable;

/** Counts rows, or rows that meet a condition. */
final class CountAccumulator implements Accumulator {
  private final @Nullable RowPredicate test;
  private long count;

  CountAccumulator(@Nullable RowPredicate test) {
    this.test = test;
  }

  @Override
  public void add(RowValues row) {
    if (test == null || test.test(row)) {
      count++;
    }
  }

  @Override
  public void merge(Accumulator other) {
    count += ((CountAccumulator) other).count;
  }

  @Override
  public void write(DataOutput out) throws IOException {
    out.writeLong(count);
  }

  @Override
  public void read(DataInput in) throws IOException {
    count = in.readLong();
  }

  @Override
  public void results(List<Object> values) {
    values.add(count);
  }
}
