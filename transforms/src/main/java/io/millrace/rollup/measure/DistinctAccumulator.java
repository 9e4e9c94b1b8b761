package io.millrace.rollup.measure;

import io.millrace.event.RowValues;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.List;
import org.apache.datasketches.hll.HllSketch;
import org.apache.datasketches.hll.TgtHllType;
import org.apache.datasketches.hll.Union;
import org.apache.datasketches.memory.Memory;

/**
 * Counts distinct values with HyperLogLog (Flajolet et al. 2007, implemented by Apache
 * DataSketches). The standard error is {@code 1.04 / sqrt(2^13)}, 1.2 %. The count is exact up to
 * some hundred values. It uses the composite estimate, because the more accurate HIP estimate
 * depends on the order of the values.
 *
 * <p>State: at most 4 KiB when written; less for few values.
 */
final class DistinctAccumulator implements Accumulator {
  private static final int LOG_REGISTERS = 13;

  /** The bits of the nanoseconds of a second. */
  private static final int NANO_BITS = 30;

  private final int index;
  private HllSketch sketch = new HllSketch(LOG_REGISTERS, TgtHllType.HLL_4);

  DistinctAccumulator(int index) {
    this.index = index;
  }

  @Override
  public void add(RowValues row) {
    Object value = row.get(index);
    if (value instanceof String text) {
      // The sketch ignores the empty string.
      sketch.update(text.isEmpty() ? "\0" : text);
    } else if (value instanceof Double number) {
      sketch.update(number);
    } else if (value instanceof Float number) {
      sketch.update(number.doubleValue());
    } else if (value instanceof BigDecimal number) {
      sketch.update(number.stripTrailingZeros().toPlainString());
    } else if (value instanceof Number number) {
      sketch.update(number.longValue());
    } else if (value instanceof Instant time) {
      // Unique for the accepted times, which lie within 2^34 seconds of 1970.
      sketch.update(time.getEpochSecond() << NANO_BITS | time.getNano());
    } else if (value instanceof Boolean bool) {
      sketch.update(bool ? 1 : 0);
    } else if (value != null) {
      throw new IllegalStateException("values of " + value.getClass() + " cannot be counted");
    }
  }

  @Override
  public void merge(Accumulator other) {
    Union union = new Union(LOG_REGISTERS);
    union.update(sketch);
    union.update(((DistinctAccumulator) other).sketch);
    sketch = union.getResult(TgtHllType.HLL_4);
  }

  @Override
  public void write(DataOutput out) throws IOException {
    LengthPrefixed.writeBytes(sketch.toCompactByteArray(), out);
  }

  @Override
  public void read(DataInput in) throws IOException {
    sketch = HllSketch.heapify(Memory.wrap(LengthPrefixed.readBytes(in)));
  }

  @Override
  public void results(List<Object> values) {
    values.add(Math.round(sketch.getCompositeEstimate()));
  }
}
