package io.millrace.rollup;

import io.millrace.contract.Contract;
import io.millrace.contract.Rollup;
import io.millrace.event.Event;
import io.millrace.event.Packed;
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
 * Computes a contract's rollups: figures of events by windows of event time and groups.
 *
 * <p><b>Semantics.</b> Every event counts in each of its windows, however late it comes, as long as
 * it is not {@code late}. A window's result is given once the watermark has reached the window's
 * end: the allowed lateness does not delay it. What is added later corrects it at once: a later
 * result of the same window and group holds all of the earlier one, and has counted more events.
 * With {@code early}, windows that are still open give results by the worker's clock.
 *
 * <p><b>Input</b>: the events whose outcome is accepted or error, each identity once.
 * <b>Output</b>: rows for the rollups' tables, timestamped with their window's last millisecond.
 *
 * <p><b>Cost and state.</b> One look-up a rollup and event; bundles are summed up before they are
 * keyed. State is one cell for each window and group, freed by event-time timers once no event that
 * is not late can reach it; how large a cell is depends on its measures (quantiles and distinct
 * counts: some kilobytes). Global window, own timers: Beam's windows would keep each window's parts
 * one by one on runners that do not combine them as they come.
 */
public final class RollUpMetrics extends PTransform<PCollection<Event>, PCollection<RollupRow>> {
  private static final long serialVersionUID = 1L;

  /** The rows for the rollups' tables, among what is handed to a sink. */
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
   * The rollups of a contract; without any, no rows come out.
   *
   * @param shards keys for each window: the parallelism of what follows the bundles
   */
  public static RollUpMetrics of(Contract contract, int shards) {
    if (shards < 1) {
      throw new IllegalArgumentException("expected at least 1 shard, found " + shards);
    }
    return new RollUpMetrics(contract, shards);
  }

  @Override
  public PCollection<RollupRow> expand(PCollection<Event> events) {
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
