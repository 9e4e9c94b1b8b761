package io.millrace.cli.demo;

import io.millrace.contract.Contract;
import io.millrace.contract.yaml.ContractLoader;
import io.millrace.direct.PipelineRun;
import io.millrace.local.LocalStack;
import io.millrace.local.process.MillraceHome;
import io.millrace.pipeline.Balance;
import io.millrace.pipeline.WrongUseException;
import io.millrace.testdata.sink.RecordSink;
import io.millrace.verify.Audit;
import io.millrace.verify.AuditRange;
import io.millrace.verify.ClickHouseQueries;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Function;
import org.checkerframework.checker.nullness.qual.Nullable;

/**
 * A demo run with any contract: sends its sample events twice, waits until each has its outcome,
 * and asks the queries that docs/shipped-contracts.md has for a shipped contract.
 */
final class ContractDemo {
  /** Time for the roll-ups of the sample's windows to be written. */
  private static final long ANSWERS_NANOS = 90_000_000_000L;

  private static final long LONGEST_NANOS = 180_000_000_000L;

  private final Path file;
  private final Contract contract;
  private final SampleEvents sample;
  private final List<ShippedContract.Query> queries;
  private final Function<List<String>, PipelineRun> runner;
  private final Consumer<String> progress;
  private volatile boolean stopped;

  private ContractDemo(
      Path file,
      SampleEvents sample,
      Contract contract,
      List<ShippedContract.Query> queries,
      Function<List<String>, PipelineRun> runner,
      Consumer<String> progress) {
    this.file = file;
    this.contract = contract;
    this.sample = sample;
    this.queries = queries;
    this.runner = runner;
    this.progress = progress;
  }

  /**
   * Prepares a demo.
   *
   * @param name the name of a shipped contract, or a contract's file
   * @param sampleFile records, one a line; null: those of the shipped contract
   * @param runner starts the pipeline with its flags
   * @throws WrongUseException if there is no such contract or sample
   */
  static ContractDemo of(
      String name,
      @Nullable Path sampleFile,
      Function<List<String>, PipelineRun> runner,
      Consumer<String> progress) {
    Path shippedFile = MillraceHome.root().resolve("test-data/contracts").resolve(name + ".yaml");
    Path file = Files.isRegularFile(Path.of(name)) ? Path.of(name) : shippedFile;
    if (!Files.isRegularFile(file)) {
      throw new WrongUseException(
          "--contract: expected a file, or the name of a contract in test-data/contracts; found `"
              + name
              + "`");
    }
    Optional<ShippedContract> shipped = ShippedContract.of(file, MillraceHome.root());
    Path records =
        sampleFile == null ? shipped.map(ShippedContract::sample).orElse(null) : sampleFile;
    if (records == null) {
      throw new WrongUseException(
          "--contract: "
              + file
              + " is not a shipped contract; add --sample=FILE, one record a line");
    }
    Contract contract = ContractLoader.load(file);
    return new ContractDemo(
        file,
        SampleEvents.read(records, contract),
        contract,
        // The page's answers are those of its own sample.
        sampleFile == null ? shipped.map(ShippedContract::queries).orElse(List.of()) : List.of(),
        runner,
        progress);
  }

  /** Stops a running demo asynchronously. */
  void stop() {
    stopped = true;
  }

  ContractDemoReport run(LocalStack stack) {
    DemoTarget target = DemoTarget.on(stack, file);
    progress.accept(
        "sending %,d records of %s, each %d times"
            .formatted(sample.samples().size(), sample.file(), SampleEvents.COPIES));
    try (RecordSink records = RecordSink.open(target.topic(), 1, Map.of())) {
      // All before the pipeline starts: an idle topic would move the watermark past old events.
      sample.send(records);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new WrongUseException("stopped");
    }
    PipelineRun pipeline = runner.apply(target.flags());
    try {
      return report(pipeline, target.tables());
    } finally {
      pipeline.cancel();
    }
  }

  private ContractDemoReport report(PipelineRun pipeline, ClickHouseQueries tables) {
    long end = System.nanoTime() + LONGEST_NANOS;
    pipeline.await(
        b -> stopped || (b.read() >= sample.sent() && b.settled()) || System.nanoTime() - end > 0);
    progress.accept("waiting for the answers of the documented queries");
    long deadline = System.nanoTime() + ANSWERS_NANOS;
    Balance balance =
        pipeline.await(
            b ->
                stopped
                    || answers(tables).stream().allMatch(ContractDemoReport.Answer::isRight)
                    || System.nanoTime() - deadline > 0);
    if (stopped) {
      throw new WrongUseException("stopped");
    }
    Audit audit =
        Audit.of(tables, List.of(contract), AuditRange.WHOLE, null, List.of(), List.of(), true);
    return new ContractDemoReport(contract.name(), sample, balance, audit, answers(tables));
  }

  private List<ContractDemoReport.Answer> answers(ClickHouseQueries tables) {
    List<ContractDemoReport.Answer> answers = new ArrayList<>();
    for (ShippedContract.Query query : queries) {
      List<String> rows = new ArrayList<>();
      tables.rows(query.sql(), row -> rows.add(String.join("\t", row)));
      answers.add(new ContractDemoReport.Answer(query, rows));
    }
    return answers;
  }
}
