package io.millrace.rollup;

import io.millrace.contract.Contract;
import io.millrace.contract.Rollup;
import io.millrace.event.Event;
import io.millrace.event.Packed;
import java.util.List;
import org.apache.beam.sdk.coders.ByteArrayCoder;
import org.apache.beam.sdk.coders.KvCoder;
import org.apache.beam.sdk.transforms.Create;
import org.apache.beam.sdk.transforms.Flatten;
import org.apache.beam.sdk.transforms.PTransform;
import org.apache.beam.sdk.transforms.ParDo;
import org.apache.beam.sdk.values.KV;
import org.apache.beam.sdk.values.PCollection;
import org.apache.beam.sdk.values.PCollectionList;
import org.apache.beam.sdk.values.PCollectionTuple;
import org.apache.beam.sdk.values.TupleTag;
import org.apache.beam.sdk.values.TupleTagList;

/**
 * Computes the roll-ups of a contract: measures of events by windows of event time and groups.
 *
 * <p><b>Semantics.</b> Every event that is not {@code late} counts in each of its windows. A window
 * emits its result when the watermark reaches its end; the allowed lateness does not delay it. A
 * later event corrects the result at once: the new result replaces the old one and counts more
 * events. With {@code early}, open windows also emit results, by the worker's clock.
 *
 * <p><b>Input</b>: groups of the events with the outcome accepted or error, each identity once.
 * <b>Output</b>: rows for the tables of the roll-ups, timestamped with the last millisecond of the
 * window.
 *
 * <p><b>Cost and state.</b> One look-up for each roll-up and event. Events are combined by bundle
 * before they are keyed. State is one cell for each window and group. Event-time timers free it
 * when every further event would be late. Cells with quantiles and distinct counts take some
 * kilobytes. The steps use the global window and their own timers. With Beam's windows, some
 * runners would keep every partial result until the window fires.
 */
public final class RollUpMetrics
    extends PTransform<PCollection<List<Event>>, PCollection<RollupRow>> {
  private static final long serialVersionUID = 1L;

  /** The tag of the roll-up rows in the input of a sink. */
  public static final TupleTag<RollupRow> ROWS = new TupleTag<>("rollups") {};

  private static final KvCoder<byte[], byte[]> PARTS =
      KvCoder.of(ByteArrayCoder.of(), ByteArrayCoder.of());

  private final Contract contract;
  private final int shards;

  private RollUpMetrics(Contract contract, int shards) {
    super("RollUpMetrics");
    this.contract = contract;
    this.shards = shards;
  }

  /**
   * Computes the roll-ups of a contract. A contract without roll-ups has no output.
   *
   * @param shards the keys of each window, which limit the parallelism after the bundles
   */
  public static RollUpMetrics of(Contract contract, int shards) {
    if (shards < 1) {
      throw new IllegalArgumentException("expected at least 1 shard, found " + shards);
    }
    return new RollUpMetrics(contract, shards);
  }

  @Override
  public PCollection<RollupRow> expand(PCollection<List<Event>> events) {
    RollupRowCoder coder = RollupRowCoder.of(contract);
    if (contract.rollups().isEmpty()) {
      return events.getPipeline().apply("NoRollups", Create.empty(coder));
    }
    Packed<Contract> packed = Packed.of(contract);
    PCollectionTuple parts =
        events.apply(
            "AggregateBundles",
            ParDo.of(new AggregateBundleFn(packed, shards))
                .withOutputTags(
                    AggregateBundleFn.WINDOWS, TupleTagList.of(AggregateBundleFn.SESSIONS)));
    PCollection<KV<byte[], byte[]>> windows = parts.get(AggregateBundleFn.WINDOWS).setCoder(PARTS);
    PCollection<KV<byte[], byte[]>> sessions =
        parts.get(AggregateBundleFn.SESSIONS).setCoder(PARTS);
    PCollectionList<RollupRow> rows = PCollectionList.empty(events.getPipeline());
    if (contract.rollups().stream().anyMatch(rollup -> !rollup.sessions())) {
      rows =
          rows.and(
              windows
                  .apply("AggregateWindows", ParDo.of(new AggregateWindowsFn(packed)))
                  .setCoder(coder));
    }
    if (contract.rollups().stream().anyMatch(Rollup::sessions)) {
      rows =
          rows.and(
              sessions
                  .apply("AggregateSessions", ParDo.of(new AggregateSessionsFn(packed)))
                  .setCoder(coder));
    }
    return rows.size() == 1 ? rows.get(0) : rows.apply("AllRollups", Flatten.pCollections());
  }
}
