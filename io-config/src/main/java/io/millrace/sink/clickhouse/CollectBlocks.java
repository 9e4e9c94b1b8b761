package io.millrace.sink.clickhouse;

import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.ArrayList;
import java.util.List;
import org.apache.beam.sdk.coders.CustomCoder;
import org.apache.beam.sdk.state.BagState;
import org.apache.beam.sdk.state.StateSpec;
import org.apache.beam.sdk.state.StateSpecs;
import org.apache.beam.sdk.state.TimeDomain;
import org.apache.beam.sdk.state.Timer;
import org.apache.beam.sdk.state.TimerSpec;
import org.apache.beam.sdk.state.TimerSpecs;
import org.apache.beam.sdk.state.ValueState;
import org.apache.beam.sdk.transforms.DoFn;
import org.apache.beam.sdk.values.KV;
import org.checkerframework.checker.nullness.qual.Nullable;
import org.joda.time.Duration;
import org.joda.time.Instant;

/**
 * Keeps the blocks of a table in state until a batch is full or old enough; in the global window.
 *
 * <p>Blocks go through two bags, like through the levels of a log-structured tree: ten young ones
 * are joined into one old one. The DirectRunner copies a bag in every bundle that touches it, so
 * with one bag each row would be copied as often as there are bundles in a batch, some hundred
 * times; with two it is about ten. (Beam's GroupIntoBatches has one bag: 340 µs of CPU an event of
 * 1.5 KB there.)
 *
 * <p>State: one batch a table. The watermark waits for the rows that wait here.
 */
final class CollectBlocks extends DoFn<KV<String, RowBlock>, KV<String, Iterable<RowBlock>>> {
  private static final long serialVersionUID = 1L;

  private static final int YOUNG_BLOCKS = 10;
  private static final String YOUNG = "young";
  private static final String OLD = "old";
  private static final String FILL = "fill";
  private static final String AGE = "age";

  @StateId(YOUNG)
  private final StateSpec<BagState<RowBlock>> youngSpec = StateSpecs.bag(RowBlockCoder.of());

  @StateId(OLD)
  private final StateSpec<BagState<RowBlock>> oldSpec = StateSpecs.bag(RowBlockCoder.of());

  @StateId(FILL)
  private final StateSpec<ValueState<Fill>> fillSpec = StateSpecs.value(new FillCoder());

  @TimerId(AGE)
  private final TimerSpec ageSpec = TimerSpecs.timer(TimeDomain.PROCESSING_TIME);

  private final int maxRows;
  private final int maxBytes;
  private final Duration maxAge;

  /**
   * What is in state.
   *
   * @param young blocks in the young bag
   * @param rows in both bags
   * @param bytes of rows in both bags
   * @param due when the batch is old enough, milliseconds of the worker's clock
   * @param earliest the earliest timestamp of a block, where the watermark waits
   */
  record Fill(int young, long rows, long bytes, long due, long earliest) {
    static final Fill NONE = new Fill(0, 0, 0, Long.MAX_VALUE, Long.MAX_VALUE);
  }

  /** Binary form of a {@link Fill}. */
  static final class FillCoder extends CustomCoder<Fill> {
    private static final long serialVersionUID = 1L;

    @Override
    public void encode(Fill fill, OutputStream out) throws IOException {
      DataOutputStream data = new DataOutputStream(out);
      data.writeInt(fill.young);
      data.writeLong(fill.rows);
      data.writeLong(fill.bytes);
      data.writeLong(fill.due);
      data.writeLong(fill.earliest);
    }

    @Override
    public Fill decode(InputStream in) throws IOException {
      DataInputStream data = new DataInputStream(in);
      return new Fill(
          data.readInt(), data.readLong(), data.readLong(), data.readLong(), data.readLong());
    }

    @Override
    public void verifyDeterministic() {}

    @Override
    public boolean equals(@Nullable Object other) {
      return other instanceof FillCoder;
    }

    @Override
    public int hashCode() {
      return FillCoder.class.hashCode();
    }
  }

  CollectBlocks(Batching batching) {
    this.maxRows = batching.maxRows();
    this.maxBytes = batching.maxBytes();
    this.maxAge = Duration.millis(batching.maxAge().toMillis());
  }

  @ProcessElement
  public void process(
      @Element KV<String, RowBlock> element,
      @Timestamp Instant timestamp,
      @StateId(YOUNG) BagState<RowBlock> young,
      @AlwaysFetched @StateId(FILL) ValueState<Fill> fillState,
      @StateId(OLD) BagState<RowBlock> old,
      @TimerId(AGE) Timer age,
      OutputReceiver<KV<String, Iterable<RowBlock>>> out) {
    RowBlock block = element.getValue();
    Fill fill = orNone(fillState.read());
    if (fill.rows > 0 && overflows(fill, block)) {
      flush(element.getKey(), fill, young, old, out);
      fill = Fill.NONE;
    }
    young.add(block);
    Fill more =
        new Fill(
            fill.young + 1,
            fill.rows + block.rowCount(),
            fill.bytes + block.byteCount(),
            Math.min(fill.due, age.getCurrentRelativeTime().plus(maxAge).getMillis()),
            Math.min(fill.earliest, timestamp.getMillis()));
    if (more.rows >= maxRows || more.bytes >= maxBytes) {
      flush(element.getKey(), more, young, old, out);
      fillState.clear();
      age.clear();
      return;
    }
    if (more.young >= YOUNG_BLOCKS) {
      old.add(RowBlock.join(young.read()));
      young.clear();
      more = new Fill(0, more.rows, more.bytes, more.due, more.earliest);
    }
    if (more.due != fill.due || more.earliest != fill.earliest) {
      age.withOutputTimestamp(Instant.ofEpochMilli(more.earliest))
          .set(Instant.ofEpochMilli(more.due));
    }
    fillState.write(more);
  }

  @OnTimer(AGE)
  public void onAge(
      @Key String table,
      @StateId(YOUNG) BagState<RowBlock> young,
      @StateId(OLD) BagState<RowBlock> old,
      @StateId(FILL) ValueState<Fill> fillState,
      OutputReceiver<KV<String, Iterable<RowBlock>>> out) {
    flush(table, orNone(fillState.read()), young, old, out);
    fillState.clear();
  }

  /** The end of bounded input, or of a pipeline that is drained. */
  @OnWindowExpiration
  public void onEnd(
      @Key String table,
      @StateId(YOUNG) BagState<RowBlock> young,
      @StateId(OLD) BagState<RowBlock> old,
      @StateId(FILL) ValueState<Fill> fillState,
      OutputReceiver<KV<String, Iterable<RowBlock>>> out) {
    flush(table, orNone(fillState.read()), young, old, out);
    fillState.clear();
  }

  private boolean overflows(Fill fill, RowBlock block) {
    return fill.rows + block.rowCount() > maxRows || fill.bytes + block.byteCount() > maxBytes;
  }

  private static void flush(
      String table,
      Fill fill,
      BagState<RowBlock> young,
      BagState<RowBlock> old,
      OutputReceiver<KV<String, Iterable<RowBlock>>> out) {
    if (fill.rows == 0) {
      return;
    }
    List<RowBlock> batch = new ArrayList<>();
    old.read().forEach(batch::add);
    young.read().forEach(batch::add);
    old.clear();
    young.clear();
    out.output(KV.of(table, batch));
  }

  private static Fill orNone(@Nullable Fill fill) {
    return fill == null ? Fill.NONE : fill;
  }
}
