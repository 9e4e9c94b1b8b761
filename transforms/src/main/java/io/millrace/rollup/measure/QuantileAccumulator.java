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
 * Quantiles of a number by a DDSketch (Masson, Rim, Lee: "DDSketch: a fast and fully-mergeable
 * quantile sketch with relative-error guarantees", VLDB 2019): counts in bins whose bounds grow by
 * one percent. The quantile given is within {@link #ACCURACY} of the value that stands at rank
 * {@code floor(q (n - 1))} in order. Unlike sketches that draw samples it does not depend on the
 * order of its values.
 *
 * <p>Cost: one logarithm a value. State: about a byte for each bin between the least and the
 * greatest value, at most {@link #BINS} bins, which span 35 powers of ten; below that, the least
 * values count as equal. Values beyond 1.78e308 count as that.
 */
public final class QuantileAccumulator implements Accumulator {
  /** The greatest relative error. */
  static final double ACCURACY = 0.005;

  private static final int BINS = 8192;
  private static final IndexMapping MAPPING = new LogarithmicMapping(ACCURACY);

  private final int index;
  private final double[] at;
  private DDSketch sketch = new DDSketch(MAPPING, QuantileAccumulator::store);

  public QuantileAccumulator(int index, double[] at) {
    this.index = index;
    this.at = at;
  }

  private static CollapsingLowestDenseStore store() {
    return new CollapsingLowestDenseStore(BINS);
  }

  @Override
  public void add(RowValues row) {
    Number value = (Number) row.get(index);
    if (value != null) {
      double greatest = MAPPING.maxIndexableValue();
      sketch.accept(Math.max(-greatest, Math.min(greatest, value.doubleValue())));
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
