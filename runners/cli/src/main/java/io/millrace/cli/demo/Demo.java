package io.millrace.cli.demo;

import io.millrace.cli.generate.GeneratorMixin;
import io.millrace.contract.Contract;
import io.millrace.contract.yaml.ContractLoader;
import io.millrace.direct.Freshness;
import io.millrace.direct.PipelineRun;
import io.millrace.event.Outcome;
import io.millrace.local.LocalStack;
import io.millrace.local.process.MillraceHome;
import io.millrace.pipeline.Balance;
import io.millrace.pipeline.WrongUseException;
import io.millrace.testdata.GenerateRun;
import io.millrace.testdata.manifest.Manifest;
import io.millrace.testdata.sink.RecordSink;
import io.millrace.verify.Audit;
import io.millrace.verify.AuditRange;
import io.millrace.verify.ClickHouseQueries;
import io.millrace.verify.ManifestCheck;
import io.millrace.verify.ManifestDifferences;
import io.millrace.verify.RollupCheck;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.function.Consumer;
import java.util.function.Function;

/**
 * One demo run. Without a rate it has two parts. The first sends as fast as possible and measures
 * sustained throughput. The second sends 500 records a second and measures freshness, the time
 * until an event can be queried.
 */
final class Demo {
  private static final int PARTITIONS = 3;
  private static final double STEADY_RATE = 500;
  private static final long STEADY_RECORDS = 10_000;
  private static final int EXAMPLES = 5;
  private static final long STALLED_MILLIS = 120_000;

  /** Early results every five seconds, plus the maximum age of a batch. */
  private static final long ROLLUPS_MILLIS = 60_000;

  private final long events;
  private final GeneratorMixin generator;
  private final Function<List<String>, PipelineRun> runner;
  private final Path directory;
  private final Consumer<String> progress;
  private final List<Path> manifests = new ArrayList<>();
  private volatile GenerateRun generating;
  private volatile boolean stopped;

  /**
   * Creates a demo.
   *
   * @param runner starts the pipeline with its flags
   */
  Demo(
      long events,
      GeneratorMixin generator,
      Function<List<String>, PipelineRun> runner,
      Path directory,
      Consumer<String> progress) {
    this.events = events;
    this.generator = generator;
    this.runner = runner;
    this.directory = directory;
    this.progress = progress;
  }

  /** Stops a running demo asynchronously. */
  void stop() {
    stopped = true;
    GenerateRun run = generating;
    if (run != null) {
      run.stop();
    }
  }

  DemoReport run(LocalStack stack) {
    DemoTarget target = DemoTarget.on(stack, MillraceHome.queryEventsContract());
    try (RecordSink records = RecordSink.open(target.topic(), PARTITIONS, Map.of())) {
      PipelineRun pipeline = runner.apply(target.flags());
      try {
        return report(pipeline, records, target.tables());
      } finally {
        pipeline.cancel();
      }
    }
  }

  private DemoReport report(PipelineRun pipeline, RecordSink records, ClickHouseQueries tables) {
    long steady = generator.rate > 0 ? events : Math.min(STEADY_RECORDS, events / 2);
    double rate = generator.rate > 0 ? generator.rate : STEADY_RATE;
    Double sustained = null;
    if (steady < events) {
      progress.accept(String.format("sending %,d records as fast as possible", events - steady));
      long start = System.nanoTime();
      send(pipeline, records, events - steady, 0, generator.seed);
      sustained = (events - steady) * 1e9 / (System.nanoTime() - start);
    }
    Balance before = pipeline.balance();
    progress.accept(String.format("sending %,d records at %,.0f a second", steady, rate));
    send(pipeline, records, steady, rate, generator.seed + 1);
    progress.accept("waiting for the roll-ups of open windows");
    RollupCheck rollups = new RollupCheck(tables);
    long deadline = System.nanoTime() + ROLLUPS_MILLIS * 1_000_000;
    pipeline.await(b -> stopped || rollups.agree() || System.nanoTime() - deadline > 0);
    Balance balance = pipeline.balance();
    OptionalLong freshness = Freshness.p95(balance.counters(), before.counters());
    progress.accept("comparing the tables with the manifest, event by event");
    Contract contract = ContractLoader.load(MillraceHome.queryEventsContract());
    Audit audit =
        Audit.of(tables, List.of(contract), AuditRange.WHOLE, null, List.of(), List.of(), true);
    ManifestDifferences differences =
        new ManifestCheck(tables, contract, AuditRange.WHOLE, EXAMPLES, true)
            .compare(manifests, audit.minutes());
    return new DemoReport(
        balance,
        audit,
        events,
        sustained,
        rate,
        freshness,
        differences,
        expectedOutcomes(),
        rollups.compare(),
        DemoAnswers.of(tables, manifests));
  }

  /** Counts the manifests' records by expected outcome. */
  private Map<Outcome, Long> expectedOutcomes() {
    Map<Outcome, Long> expected = new EnumMap<>(Outcome.class);
    for (Outcome outcome : Outcome.values()) {
      expected.put(outcome, 0L);
    }
    for (Path manifest : manifests) {
      Manifest.read(
          manifest,
          entry -> expected.merge(Outcome.valueOf(entry.outcome().name()), 1L, Long::sum));
    }
    return expected;
  }

  /** Sends records and waits until each has its outcome. */
  private void send(PipelineRun pipeline, RecordSink records, long count, double rate, long seed) {
    Path manifest = directory.resolve("manifest-" + (manifests.size() + 1) + ".jsonl");
    manifests.add(manifest);
    GenerateRun run =
        new GenerateRun(generator.generator(count, rate, seed), records).manifest(manifest);
    generating = run;
    long before = pipeline.balance().read();
    Thread sender = new Thread(run::run, "generate");
    sender.start();
    Stall stall = new Stall();
    Balance balance =
        pipeline.await(
            b -> stopped || (b.read() >= before + count && b.settled()) || stall.noticed(b));
    run.stop();
    join(sender);
    if (stopped) {
      throw new WrongUseException("stopped");
    }
    if (balance.read() < before + count || !balance.balances()) {
      progress.accept("no progress for " + STALLED_MILLIS / 1000 + " s; giving up");
    }
  }

  private static void join(Thread thread) {
    try {
      thread.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Detects a pipeline without progress. */
  private static final class Stall {
    private long moved = -1;
    private long since;

    boolean noticed(Balance balance) {
      long now = System.nanoTime();
      long sum = balance.read() + balance.accounted() + balance.audited();
      if (sum != moved) {
        moved = sum;
        since = now;
      }
      return now - since > STALLED_MILLIS * 1_000_000;
    }
  }
}
