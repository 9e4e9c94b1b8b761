package io.millrace.bench.steps;

import com.datadoghq.sketch.ddsketch.DDSketch;
import com.datadoghq.sketch.ddsketch.encoding.ByteArrayInput;
import com.datadoghq.sketch.ddsketch.encoding.GrowingByteArrayOutput;
import com.datadoghq.sketch.ddsketch.mapping.LogarithmicMapping;
import com.datadoghq.sketch.ddsketch.store.CollapsingLowestDenseStore;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import org.apache.beam.sdk.coders.AtomicCoder;
import org.apache.beam.sdk.coders.Coder;
import org.apache.beam.sdk.coders.CoderRegistry;
import org.apache.beam.sdk.transforms.Combine;
import org.apache.beam.sdk.values.KV;
import org.checkerframework.checker.nullness.qual.Nullable;

/**
 * The accumulator of one window and group: the number of events, the number that meet each of up to
 * eight conditions, and a distribution in the same sketch as Millrace's. Mutable; not thread-safe.
 */
final class WindowFigures {
  private static final int CONDITIONS = 8;
  private static final double ACCURACY = 0.005;
  private static final int BINS = 4096;

  private long events;
  private final long[] met = new long[CONDITIONS];
  private @Nullable DDSketch sketch;

  long events() {
    return events;
  }

  /** The number of events that meet a condition. */
  long met(int condition) {
    return met[condition];
  }

  /** A quantile of the distribution; NaN if it is empty. */
  double quantile(double at) {
    return sketch == null || sketch.isEmpty() ? Double.NaN : sketch.getValueAtQuantile(at);
  }

  private void add(KV<Byte, Double> observation) {
    events++;
    for (int met = observation.getKey() & 0xff; met != 0; met &= met - 1) {
      this.met[Integer.numberOfTrailingZeros(met)]++;
    }
    if (!Double.isNaN(observation.getValue())) {
      sketch().accept(observation.getValue());
    }
  }

  private void merge(WindowFigures other) {
    events += other.events;
    for (int i = 0; i < CONDITIONS; i++) {
      met[i] += other.met[i];
    }
    if (other.sketch != null) {
      sketch().mergeWith(other.sketch);
    }
  }

  private DDSketch sketch() {
    if (sketch == null) {
      sketch = new DDSketch(new LogarithmicMapping(ACCURACY), WindowFigures::store);
    }
    return sketch;
  }

  private static CollapsingLowestDenseStore store() {
    return new CollapsingLowestDenseStore(BINS);
  }

  /** Combines observations; updates accumulators in place. */
  static final class Fn extends Combine.CombineFn<KV<Byte, Double>, WindowFigures, WindowFigures> {
    private static final long serialVersionUID = 1L;

    @Override
    public WindowFigures createAccumulator() {
      return new WindowFigures();
    }

    @Override
    public WindowFigures addInput(WindowFigures figures, KV<Byte, Double> input) {
      figures.add(input);
      return figures;
    }

    @Override
    public WindowFigures mergeAccumulators(Iterable<WindowFigures> parts) {
      WindowFigures all = new WindowFigures();
      parts.forEach(all::merge);
      return all;
    }

    @Override
    public WindowFigures extractOutput(WindowFigures figures) {
      return figures;
    }

    @Override
    public Coder<WindowFigures> getAccumulatorCoder(
        CoderRegistry registry, Coder<KV<Byte, Double>> input) {
      return new FiguresCoder();
    }

    @Override
    public Coder<WindowFigures> getDefaultOutputCoder(
        CoderRegistry registry, Coder<KV<Byte, Double>> input) {
      return new FiguresCoder();
    }
  }

  /** Counts, then the sketch in its own encoding. */
  private static final class FiguresCoder extends AtomicCoder<WindowFigures> {
    private static final long serialVersionUID = 1L;

    @Override
    public void encode(WindowFigures figures, OutputStream stream) throws IOException {
      DataOutputStream out = new DataOutputStream(stream);
      out.writeLong(figures.events);
      for (long met : figures.met) {
        out.writeLong(met);
      }
      if (figures.sketch == null) {
        out.writeInt(0);
        return;
      }
      GrowingByteArrayOutput bytes = GrowingByteArrayOutput.withDefaultInitialCapacity();
      figures.sketch.encode(bytes, true);
      out.writeInt(bytes.numWrittenBytes());
      out.write(bytes.backingArray(), 0, bytes.numWrittenBytes());
    }

    @Override
    public WindowFigures decode(InputStream stream) throws IOException {
      DataInputStream in = new DataInputStream(stream);
      WindowFigures figures = new WindowFigures();
      figures.events = in.readLong();
      for (int i = 0; i < CONDITIONS; i++) {
        figures.met[i] = in.readLong();
      }
      byte[] bytes = new byte[in.readInt()];
      in.readFully(bytes);
      if (bytes.length > 0) {
        figures.sketch =
            DDSketch.decode(
                ByteArrayInput.wrap(bytes), WindowFigures::store, new LogarithmicMapping(ACCURACY));
      }
      return figures;
    }
  }
}
