package io.millrace.bench.rollups;

import io.millrace.bench.workload.MeasuredRun;
import io.millrace.bench.workload.Workload;
import io.millrace.bench.workload.WorkloadPages;
import io.millrace.bench.workload.WorkloadSource;
import io.millrace.contract.Contract;
import io.millrace.event.Event;
import io.millrace.flink.LocalFlink;
import org.apache.beam.runners.direct.DirectOptions;
import org.apache.beam.runners.direct.DirectRunner;
import org.apache.beam.sdk.Pipeline;
import org.apache.beam.sdk.io.Read;
import org.apache.beam.sdk.options.PipelineOptionsFactory;
import org.apache.beam.sdk.options.StreamingOptions;
import org.apache.beam.sdk.values.PCollection;

/** Runners of the benchmark. Each run has its own streaming runner in this JVM. */
enum RollupRunner {
  /** Flink with Millrace's defaults: one subtask, state on the heap, no checkpoints. */
  FLINK("Flink", 16, 1) {
    @Override
    Pipeline pipeline() {
      return Pipeline.create(LocalFlink.options());
    }

    @Override
    PCollection<Event> read(Pipeline pipeline, Workload workload, Contract contract) {
      return pipeline.apply("Read", Read.from(new WorkloadSource(workload, contract)));
    }
  },
  /** The DirectRunner as Millrace uses it: no checks, few threads, records in pages, one shard. */
  DIRECT("DirectRunner", 1, 25) {
    @Override
    Pipeline pipeline() {
      DirectOptions options = PipelineOptionsFactory.create().as(DirectOptions.class);
      options.setRunner(DirectRunner.class);
      options.setEnforceImmutability(false);
      options.setEnforceEncodability(false);
      options.setTargetParallelism(4);
      options.as(StreamingOptions.class).setStreaming(true);
      return Pipeline.create(options);
    }

    @Override
    PCollection<Event> read(Pipeline pipeline, Workload workload, Contract contract) {
      return pipeline.apply("Read", new WorkloadPages(workload, contract));
    }
  };

  private final String label;
  private final int shards;
  private final int fewer;

  RollupRunner(String label, int shards, int fewer) {
    this.label = label;
    this.shards = shards;
    this.fewer = fewer;
  }

  /** The display name. */
  String label() {
    return label;
  }

  /** The default number of roll-up shards on this runner. */
  int shards() {
    return shards;
  }

  /** The part of a workload for this runner, which may be slow. */
  Workload workload(Workload all) {
    return new Workload(all.events() / fewer);
  }

  abstract Pipeline pipeline();

  abstract PCollection<Event> read(Pipeline pipeline, Workload workload, Contract contract);

  /**
   * Runs a variant.
   *
   * @throws IllegalStateException if the sink or a roll-up table has a wrong number of events
   */
  MeasuredRun run(RollupVariant variant, Workload workload) {
    Contract contract = Workload.contractWithoutEarly();
    Pipeline pipeline = pipeline();
    variant.apply(read(pipeline, workload, contract), contract, shards);
    MeasuredRun run = MeasuredRun.of(pipeline, workload.events());
    RollupVariantCheck.check(label + " " + variant.label(), variant, workload, contract, run);
    return run;
  }
}
