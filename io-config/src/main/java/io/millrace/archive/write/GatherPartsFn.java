package io.millrace.archive.write;

import io.millrace.archive.store.Partition;
import io.millrace.contract.Contract;
import io.millrace.event.Packed;
import java.io.IOException;
import java.util.UUID;
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
 * Gathers the blocks of each partition until they are enough for a part, or old enough, or the
 * input ends. Gives each part a name, which it keeps.
 *
 * <p>Cost: the encoding of Parquet. State: the blocks of a part for each partition, until it is
 * made.
 */
final class GatherPartsFn extends DoFn<KV<String, RowBlock>, KV<String, Part>> {
  private static final long serialVersionUID = 1L;

  private static final String BLOCKS = "blocks";
  private static final String BYTES = "bytes";
  private static final String AGE = "age";
  private static final String END = "end";

  @SuppressWarnings("unused") // Beam finds it by its annotation
  @StateId(BLOCKS)
  private final StateSpec<BagState<RowBlock>> blocksSpec = StateSpecs.bag(RowBlock.Coder.of());

  @SuppressWarnings("unused") // Beam finds it by its annotation
  @StateId(BYTES)
  private final StateSpec<ValueState<Long>> bytesSpec = StateSpecs.value(VarLongCoder.of());

  @SuppressWarnings("unused") // Beam finds it by its annotation
  @TimerId(AGE)
  private final TimerSpec ageSpec = TimerSpecs.timer(TimeDomain.PROCESSING_TIME);

  @SuppressWarnings("unused") // Beam finds it by its annotation
  @TimerId(END)
  private final TimerSpec endSpec = TimerSpecs.timer(TimeDomain.EVENT_TIME);

  private final Packed<Contract> contract;
  private final Rolling rolling;
  private transient PartBuilder builder;

  GatherPartsFn(Contract contract, Rolling rolling) {
    this.contract = Packed.of(contract);
    this.rolling = rolling;
  }

  @Setup
  public void setUp() {
    builder = new PartBuilder(contract.get());
  }

  @Teardown
  public void tearDown() {
    if (builder != null) {
      builder.close();
    }
  }

  @ProcessElement
  public void process(
      @Element KV<String, RowBlock> element,
      @StateId(BLOCKS) BagState<RowBlock> blocks,
      @StateId(BYTES) ValueState<Long> bytes,
      @TimerId(AGE) Timer age,
      @TimerId(END) Timer end,
      OutputReceiver<KV<String, Part>> out)
      throws IOException {
    Long before = bytes.read();
    if (before == null) {
      age.offset(Duration.millis(rolling.partAge().toMillis())).setRelative();
      end.set(GlobalWindow.INSTANCE.maxTimestamp());
    }
    blocks.add(element.getValue());
    long sum = (before == null ? 0 : before) + element.getValue().bytes().length;
    if (sum >= rolling.partBytes()) {
      emit(element.getKey(), blocks, bytes, out);
    } else {
      bytes.write(sum);
    }
  }

  @OnTimer(AGE)
  public void onAge(
      @Key String key,
      @StateId(BLOCKS) BagState<RowBlock> blocks,
      @StateId(BYTES) ValueState<Long> bytes,
      OutputReceiver<KV<String, Part>> out)
      throws IOException {
    if (bytes.read() != null) {
      emit(key, blocks, bytes, out);
    }
  }

  @OnTimer(END)
  public void onEnd(
      @Key String key,
      @StateId(BLOCKS) BagState<RowBlock> blocks,
      @StateId(BYTES) ValueState<Long> bytes,
      OutputReceiver<KV<String, Part>> out)
      throws IOException {
    if (bytes.read() != null) {
      emit(key, blocks, bytes, out);
    }
  }

  private void emit(
      String key,
      BagState<RowBlock> blocks,
      ValueState<Long> bytes,
      OutputReceiver<KV<String, Part>> out)
      throws IOException {
    String name = UUID.randomUUID().toString();
    out.output(KV.of(key, builder.build(Partition.parse(key), name, blocks.read())));
    blocks.clear();
    bytes.clear();
  }
}
