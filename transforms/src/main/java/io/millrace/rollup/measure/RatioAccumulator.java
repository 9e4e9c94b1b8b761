package io.millrace.rollup.measure;

import io.millrace.event.RowValues;
import io.millrace.expression.RowPredicate;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.List;

/** The share of rows that meet a condition, 0 to 1. */
final class RatioAccumulator implements Accumulator {
  private final RowPredicate test;
  private long met;
  private long all;

  RatioAccumulator(RowPredicate test) {
    this.test = test;
  }

  @Override
  public void add(RowValues row) {
    all++;
    if (test.test(row)) {
      met++;
    }
  }

  @Override
  public void merge(Accumulator other) {
    RatioAccumulator that = (RatioAccumulator) other;
    met += that.met;
    all += that.all;
  }

  @Override
  public void write(DataOutput out) throws IOException {
    out.writeLong(met);
    out.writeLong(all);
  }

  @Override
  public void read(DataInput in) throws IOException {
    met = in.readLong();
    all = in.readLong();
  }

  @Override
  public void results(List<Object> values) {
    values.add(all == 0 ? 0.0 : (double) met / all);
  }
}
