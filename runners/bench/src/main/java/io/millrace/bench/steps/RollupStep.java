package io.millrace.bench.steps;

import io.millrace.bench.workload.CountingSink;
import io.millrace.bench.workload.GroupsOfOne;
import io.millrace.bench.workload.TemplateEvents;
import io.millrace.bench.workload.Workload;
import io.millrace.bench.workload.WorkloadPages;
import io.millrace.bench.workload.WorkloadSource;
import io.millrace.cli.support.TextLines;
import io.millrace.contract.Contract;
import io.millrace.contract.FieldDefinition;
import io.millrace.contract.Rollup;
import io.millrace.event.Event;
import io.millrace.event.Outcome;
import io.millrace.expression.RowPredicate;
import io.millrace.flink.LocalFlink;
import io.millrace.rollup.RollUpMetrics;
import io.millrace.rollup.RollupRow;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.apache.beam.runners.direct.DirectOptions;
import org.apache.beam.runners.direct.DirectRunner;
import org.apache.beam.sdk.Pipeline;
import org.apache.beam.sdk.io.Read;
import org.apache.beam.sdk.options.PipelineOptionsFactory;
import org.apache.beam.sdk.options.StreamingOptions;
import org.apache.beam.sdk.transforms.DoFn;
import org.apache.beam.sdk.transforms.ParDo;
import org.apache.beam.sdk.transforms.windowing.DefaultTrigger;
import org.apache.beam.sdk.transforms.windowing.GlobalWindows;
import org.apache.beam.sdk.transforms.windowing.Window;
import org.apache.beam.sdk.values.KV;
import org.apache.beam.sdk.values.PCollection;
import org.apache.beam.sdk.values.Row;

/** The contract's roll-ups, without early results, beside a sink. */
final class RollupStep implements MeasuredStep {
  private final Runner runner;
  private final Workload workload;
  private final Contract contract = Workload.contractWithoutEarly();

  /** Runners. Each run has its own streaming runner in this JVM. */
  enum Runner {
    /** Flink with Millrace's defaults: one subtask, state on the heap, no checkpoints. */
    FLINK("Flink", 16, 1),
    /**
     * The DirectRunner as Millrace uses it: no checks, few threads, records in pages, one shard.
     */
    DIRECT("DirectRunner", 1, 25);

    private final String label;
    private final int shards;
    private final int fewer;

    Runner(String label, int shards, int fewer) {
      this.label = label;
      this.shards = shards;
      this.fewer = fewer;
    }

    /** The part of a workload for this runner, which may be slow. */
    Workload part(Workload all) {
      return new Workload(all.events() / fewer);
    }

    private PCollection<Event> read(Workload workload, Contract contract) {
      if (this == FLINK) {
        return Pipeline.create(LocalFlink.options())
            .apply("Read", Read.from(new WorkloadSource(workload, contract)));
      }
      DirectOptions options = PipelineOptionsFactory.create().as(DirectOptions.class);
      options.setRunner(DirectRunner.class);
      options.setEnforceImmutability(false);
      options.setEnforceEncodability(false);
      options.setTargetParallelism(4);
      options.as(StreamingOptions.class).setStreaming(true);
      return Pipeline.create(options).apply("Read", new WorkloadPages(workload, contract));
    }
  }

  RollupStep(Runner runner, Workload workload) {
    this.runner = runner;
    this.workload = workload;
  }

  @Override
  public String name() {
    return "rollups_" + runner.name().toLowerCase(Locale.ROOT);
  }

  @Override
  public String title() {
    return TextLines.text(
        "Three roll-ups of %,d events of 1 KB, without early results; %s in this JVM, %d shards",
        workload.events(), runner.label, runner.shards);
  }

  @Override
  public List<Variant> variants() {
    return List.of(
        new Variant(NONE, "source -> sink", () -> run(events -> {}, false)),
        new Variant(MILLRACE, "RollUpMetrics", this::runMillraces),
        new Variant("beam_sdk", "Beam's windows", () -> run(this::rollUpByBeam, true)));
  }

  /**
   * Runs Millrace's roll-ups.
   *
   * @throws IllegalStateException if an event is missing or was counted twice
   */
  MeasuredRun runMillraces() {
    return run(
        events ->
            events
                .apply("Groups", new GroupsOfOne())
                .apply("RollUpMetrics", RollUpMetrics.of(contract, runner.shards))
                .apply("Describe", ParDo.of(new Describe(contract)))
                .apply("Latest", ParDo.of(new LatestEvents())),
        true);
  }

  private void rollUpByBeam(PCollection<Event> events) {
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

  private MeasuredRun run(Consumer<PCollection<Event>> rollUp, boolean rollsUp) {
    PCollection<Event> events = runner.read(workload, contract);
    CountingSink.add(events, Outcome.ACCEPTED);
    rollUp.accept(events);
    MeasuredRun run = MeasuredRun.of(events.getPipeline(), workload.events());
    MeasuredRun.expect("events", workload.events(), run.counted(Outcome.ACCEPTED.label()));
    TemplateEvents templates = TemplateEvents.decode(contract);
    for (Rollup rollup : contract.rollups()) {
      List<RowPredicate> where =
          rollup.where().stream().map(condition -> RowPredicate.of(contract, condition)).toList();
      long sent = templates.count(workload, row -> where.stream().allMatch(test -> test.test(row)));
      MeasuredRun.expect(
          "events in " + rollup.table(),
          rollsUp ? sent : 0,
          run.counted(LatestEvents.counter(rollup.table())));
    }
    return run;
  }

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
              row.<Object>getValue(Rollup.WINDOW_START).toString(),
              group.toString(),
              row.getInt64(Rollup.EVENTS)));
    }
  }
}
