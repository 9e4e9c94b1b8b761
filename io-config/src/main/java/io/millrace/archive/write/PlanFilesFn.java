package io.millrace.archive.write;

import io.millrace.archive.store.Manifest;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.apache.beam.sdk.coders.SerializableCoder;
import org.apache.beam.sdk.coders.VarLongCoder;
import org.apache.beam.sdk.state.BagState;
import org.apache.beam.sdk.state.StateSpec;
import org.apache.beam.sdk.state.StateSpecs;
import org.apache.beam.sdk.state.TimeDomain;
import org.apache.beam.sdk.state.Timer;
import org.apache.beam.sdk.state.TimerSpec;
import org.apache.beam.sdk.state.TimerSpecs;
import org.apache.beam.sdk.state.ValueState;
import org.apache.beam.sdk.transforms.DoFn;
import org.apache.beam.sdk.transforms.windowing.GlobalWindow;
import org.apache.beam.sdk.values.KV;
import org.joda.time.Duration;

/**
 * Decides which written parts of a partition become a file: when they are long enough, or old
 * enough, or the input ends. Gives each file a name, which it keeps. Parts with different columns
 * become different files.
 *
 * <p>State: the entries of written parts, until they are in a file.
 */
final class PlanFilesFn extends DoFn<KV<String, Manifest.Entry>, KV<String, Manifest.Entry>> {
  private static final long serialVersionUID = 1L;

  private static final String PARTS = "parts";
  private static final String BYTES = "bytes";
  private static final String AGE = "age";
  private static final String END = "end";

  @SuppressWarnings("unused") // Beam finds it by its annotation
  @StateId(PARTS)
  private final StateSpec<BagState<Manifest.Entry>> partsSpec =
      StateSpecs.bag(SerializableCoder.of(Manifest.Entry.class));

  @SuppressWarnings("unused") // Beam finds it by its annotation
  @StateId(BYTES)
  private final StateSpec<ValueState<Long>> bytesSpec = StateSpecs.value(VarLongCoder.of());

  @SuppressWarnings("unused") // Beam finds it by its annotation
  @TimerId(AGE)
  private final TimerSpec ageSpec = TimerSpecs.timer(TimeDomain.PROCESSING_TIME);

  @SuppressWarnings("unused") // Beam finds it by its annotation
  @TimerId(END)
  private final TimerSpec endSpec = TimerSpecs.timer(TimeDomain.EVENT_TIME);

  private final Rolling rolling;

  PlanFilesFn(Rolling rolling) {
    this.rolling = rolling;
  }

  @ProcessElement
  public void process(
      @Element KV<String, Manifest.Entry> element,
      @StateId(PARTS) BagState<Manifest.Entry> parts,
      @StateId(BYTES) ValueState<Long> bytes,
      @TimerId(AGE) Timer age,
      @TimerId(END) Timer end,
      OutputReceiver<KV<String, Manifest.Entry>> out) {
    Long before = bytes.read();
    if (before == null) {
      age.offset(Duration.millis(rolling.fileAge().toMillis())).setRelative();
      end.set(GlobalWindow.INSTANCE.maxTimestamp());
    }
    parts.add(element.getValue());
    long sum = (before == null ? 0 : before) + element.getValue().bytes();
    bytes.write(sum);
    if (sum >= rolling.fileBytes()) {
      emit(element.getKey(), parts, bytes, out);
    }
  }

  @OnTimer(AGE)
  public void onAge(
      @Key String key,
      @StateId(PARTS) BagState<Manifest.Entry> parts,
      @StateId(BYTES) ValueState<Long> bytes,
      OutputReceiver<KV<String, Manifest.Entry>> out) {
    emit(key, parts, bytes, out);
  }

  @OnTimer(END)
  public void onEnd(
      @Key String key,
      @StateId(PARTS) BagState<Manifest.Entry> parts,
      @StateId(BYTES) ValueState<Long> bytes,
      OutputReceiver<KV<String, Manifest.Entry>> out) {
    emit(key, parts, bytes, out);
  }

  private static void emit(
      String key,
      BagState<Manifest.Entry> parts,
      ValueState<Long> bytes,
      OutputReceiver<KV<String, Manifest.Entry>> out) {
    Map<Integer, List<Manifest.Entry>> byColumns = new LinkedHashMap<>();
    for (Manifest.Entry part : parts.read()) {
      byColumns.computeIfAbsent(part.columns(), columns -> new ArrayList<>()).add(part);
    }
    byColumns.values().forEach(same -> out.output(KV.of(key, file(same))));
    parts.clear();
    bytes.clear();
  }

  private static Manifest.Entry file(List<Manifest.Entry> parts) {
    Manifest.Entry first = parts.get(0);
    long rows = 0;
    long bytes = 0;
    long earliest = first.earliest();
    long latest = first.latest();
    List<String> names = new ArrayList<>();
    for (Manifest.Entry part : parts) {
      rows += part.rows();
      bytes += part.bytes();
      earliest = Math.min(earliest, part.earliest());
      latest = Math.max(latest, part.latest());
      names.add(part.name());
    }
    String name = UUID.randomUUID().toString();
    return new Manifest.Entry(
        first.partition(), name, rows, bytes, earliest, latest, first.columns(), names);
  }
}
