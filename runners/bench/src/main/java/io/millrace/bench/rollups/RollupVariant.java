package io.millrace.bench.rollups;

import io.millrace.bench.workload.CountingSink;
import io.millrace.bench.workload.VariantRuns;
import io.millrace.contract.Contract;
import io.millrace.contract.FieldDefinition;
import io.millrace.contract.Rollup;
import io.millrace.event.Event;
import io.millrace.event.Outcome;
import io.millrace.rollup.RollUpMetrics;
import io.millrace.rollup.RollupRow;
import java.util.Map;
import java.util.stream.Collectors;
import org.apache.beam.sdk.transforms.DoFn;
import org.apache.beam.sdk.transforms.ParDo;
import org.apache.beam.sdk.transforms.windowing.DefaultTrigger;
import org.apache.beam.sdk.transforms.windowing.GlobalWindows;
import org.apache.beam.sdk.transforms.windowing.Window;
import org.apache.beam.sdk.values.KV;
import org.apache.beam.sdk.values.PCollection;
import org.apache.beam.sdk.values.Row;

/** What reads the source beside the sink. */
enum RollupVariant implements VariantRuns.Variant {
  /** Nothing: what the others cost more than this is the cost of the rollups. */
  NONE("source -> sink") {
    @Override
    void rollUp(PCollection<Event> events, Contract contract, int shards) {}
  },
  /** Millrace's rollups. */
  MILLRACE("+ RollUpMetrics") {
    @Override
    void rollUp(PCollection<Event> events, Contract contract, int shards) {
      events
          .apply("RollUpMetrics", RollUpMetrics.of(contract, shards))
          .apply("Describe", ParDo.of(new Describe(contract)))
          .apply("Latest", ParDo.of(new LatestEvents()));
    }
  },
  /** The same rollups by Beam's own windows. */
  BEAM_SDK("+ Beam's windows") {
    @Override
    void rollUp(PCollection<Event> events, Contract contract, int shards) {
      for (Rollup rollup : contract.rollups()) {
        events
            .apply(rollup.table(), new BeamRollup(contract, rollup))
            .apply(
                "Unwindow " + rollup.table(),
                Window.<KV<String, Long>>into(new GlobalWindows())
                    .triggering(DefaultTrigger.of())
                    .discardingFiredPanes())
            .apply("Latest " + rollup.table(), ParDo.of(new LatestEvents()));
      }
    }
  };

  private final String label;

  RollupVariant(String label) {
    this.label = label;
  }

  @Override
  public String label() {
    return label;
  }

  /** Adds the sink of events, and the rollups with theirs, to a pipeline. */
  void apply(PCollection<Event> events, Contract contract, int shards) {
    events.apply("Sink", ParDo.of(new CountingSink(Outcome.ACCEPTED)));
    rollUp(events, contract, shards);
  }

  abstract void rollUp(PCollection<Event> events, Contract contract, int shards);

  private static final class Describe extends DoFn<RollupRow, KV<String, Long>> {
    private static final long serialVersionUID = 1L;

    private final Map<String, Rollup> rollups;

    Describe(Contract contract) {
      rollups = contract.rollups().stream().collect(Collectors.toMap(Rollup::table, r -> r));
    }

    @ProcessElement
    public void process(@Element RollupRow result, OutputReceiver<KV<String, Long>> out) {
      Row row = result.row();
      StringBuilder group = new StringBuilder();
      for (FieldDefinition field : rollups.get(result.table()).groupBy()) {
        group.append(row.<Object>getValue(field.name())).append('\t');
      }
      out.output(
          LatestEvents.result(
              result.table(),
              String.valueOf(
                  org.joda.time.Instant.ofEpochMilli(
                      ((java.time.Instant) row.getValue(Rollup.WINDOW_START)).toEpochMilli())),
              group.toString(),
              row.getInt64(Rollup.EVENTS)));
    }
  }
}
