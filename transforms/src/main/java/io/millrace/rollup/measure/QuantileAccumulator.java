package io.millrace.rollup.measure;

import com.datadoghq.sketch.ddsketch.DDSketch;
import com.datadoghq.sketch.ddsketch.encoding.ByteArrayInput;
import com.datadoghq.sketch.ddsketch.encoding.GrowingByteArrayOutput;
import com.datadoghq.sketch.ddsketch.mapping.IndexMapping;
import com.datadoghq.sketch.ddsketch.mapping.LogarithmicMapping;
import com.datadoghq.sketch.ddsketch.store.CollapsingLowestDenseStore;
import io.millrace.event.RowValues;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.List;

/**
 * Estimates quantiles of a number with a DDSketch (Masson, Rim, Lee: "DDSketch: a fast and
 * fully-mergeable quantile sketch with relative-error guarantees", VLDB 2019). It counts values in
 * bins whose bounds grow by one percent. The result is within {@link #ACCURACY} of the value at
 * rank {@code floor(q (n - 1))}. Unlike a sampling sketch, it does not depend on the order of the
 * values.
 *
 * <p>Cost: one logarithm a value. State: about one byte for each bin between the minimum and the
 * maximum, at most {@link #BINS} bins. They span 35 powers of ten. The smallest values beyond that
 * count as equal. Values are limited to 1.78e308.
 */
public final class QuantileAccumulator implements Accumulator {
  /** The maximum relative error. */
  static final double ACCURACY = 0.005;

  private static final int BINS = 8192;
  private static final double TWO_TO_64 = 0x1p64;
  private static final IndexMapping MAPPING = new LogarithmicMapping(ACCURACY);

  private final int index;
  private final double[] at;
  private final boolean unsigned;
  private DDSketch sketch = new DDSketch(MAPPING, QuantileAccumulator::store);

  public QuantileAccumulator(int index, double[] at) {
    this(index, at, false);
  }

  /**
   * Creates an empty accumulator.
   *
   * @param unsigned whether values are longs that hold unsigned integers
   */
  QuantileAccumulator(int index, double[] at, boolean unsigned) {
    this.index = index;
    this.at = at;
    this.unsigned = unsigned;
  }

  private static CollapsingLowestDenseStore store() {
    return new CollapsingLowestDenseStore(BINS);
  }

  @Override
  public void add(RowValues row) {
    Number value = (Number) row.get(index);
    if (value != null) {
      double limit = MAPPING.maxIndexableValue();
      double number = value.doubleValue();
      if (unsigned && number < 0) {
        number += TWO_TO_64;
      }
      sketch.accept(Math.max(-limit, Math.min(limit, number)));
    }
  }

  @Override
  public void merge(Accumulator other) {
    sketch.mergeWith(((QuantileAccumulator) other).sketch);
  }

  @Override
  public void write(DataOutput out) throws IOException {
    GrowingByteArrayOutput bytes = GrowingByteArrayOutput.withDefaultInitialCapacity();
    sketch.encode(bytes, true);
    out.writeInt(bytes.numWrittenBytes());
    out.write(bytes.backingArray(), 0, bytes.numWrittenBytes());
  }

  @Override
  public void read(DataInput in) throws IOException {
    ByteArrayInput bytes = ByteArrayInput.wrap(LengthPrefixed.readBytes(in));
    sketch = DDSketch.decode(bytes, QuantileAccumulator::store, MAPPING);
  }

  @Override
  public void results(List<Object> values) {
    for (double quantile : at) {
      values.add(sketch.isEmpty() ? null : sketch.getValueAtQuantile(quantile));
    }
  }
}
