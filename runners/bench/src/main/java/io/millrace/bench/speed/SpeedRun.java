package io.millrace.bench.speed;

import io.millrace.bench.baseline.PlainServer;
import io.millrace.bench.contender.Contender;
import io.millrace.bench.contender.ContenderProcess;
import io.millrace.bench.contender.JobSpec;
import io.millrace.bench.contender.KafkaEngine;
import io.millrace.bench.contender.ProgressProbe;
import io.millrace.bench.harness.BenchEnvironment;
import io.millrace.clickhouse.ClickHouseSink;
import io.millrace.contract.Contract;
import io.millrace.contract.yaml.ContractLoader;
import io.millrace.event.Clock;
import io.millrace.event.DeadLetterFactory;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/** One run of a contender over a backlog, into a new database that is dropped afterwards. */
public final class SpeedRun {
  private final BenchEnvironment environment;
  private final Contender contender;
  private final Backlog backlog;
  private final JobSpec spec;

  private SpeedRun(BenchEnvironment environment, Backlog backlog, JobSpec spec) {
    this.environment = environment;
    this.contender = spec.contender();
    this.backlog = backlog;
    this.spec = spec;
  }

  /**
   * Runs a contender.
   *
   * @param number distinguishes the runs of a benchmark
   * @param flags further JVM flags of its process
   * @throws IllegalStateException if the contender fails or its outcomes are wrong
   */
  static RunFigures of(
      BenchEnvironment environment,
      Contender contender,
      Backlog backlog,
      int parallelism,
      int number,
      List<String> flags) {
    String name = contender.id().replace('-', '_') + "_" + number;
    JobSpec spec = spec(environment, contender, backlog, parallelism, name);
    return new SpeedRun(environment, backlog, spec).run(flags, Arrivals.none(backlog)).figures();
  }

  /**
   * The same by another contract of the query events.
   *
   * @param name the name of its database and directory
   */
  public static RunFigures of(
      BenchEnvironment environment,
      Contender contender,
      Backlog backlog,
      Path contract,
      int parallelism,
      String name) {
    return detailed(
            environment, contender, backlog, contract, parallelism, name, Arrivals.none(backlog))
        .figures();
  }

  /**
   * The same, with what its process needed.
   *
   * @param arrivals the events that arrive meanwhile
   */
  public static RunDetails detailed(
      BenchEnvironment environment,
      Contender contender,
      Backlog backlog,
      Path contract,
      int parallelism,
      String name,
      Arrivals arrivals) {
    JobSpec spec = spec(environment, contender, backlog, contract, parallelism, name);
    return new SpeedRun(environment, backlog, spec).run(List.of(), arrivals);
  }

  /**
   * The parameters of a contender's process.
   *
   * @param name the name of its database and directory
   */
  static JobSpec spec(
      BenchEnvironment environment,
      Contender contender,
      Backlog backlog,
      int parallelism,
      String name) {
    Path contract = contract(environment, contender);
    return spec(environment, contender, backlog, contract, parallelism, name);
  }

  private static JobSpec spec(
      BenchEnvironment environment,
      Contender contender,
      Backlog backlog,
      Path contract,
      int parallelism,
      String name) {
    return new JobSpec(
        contender,
        environment.kafka(),
        backlog.topic(),
        backlog.records(),
        new PlainServer(
            environment.clickHouse().address(),
            name,
            BenchEnvironment.USER,
            environment.passwordFile().toString()),
        contract.toString(),
        parallelism,
        environment.directory().resolve(name).toString());
  }

  /** A probe of a contender's progress. */
  static ProgressProbe look(BenchEnvironment environment, JobSpec spec) {
    return new ProgressProbe(environment, spec.server().database());
  }

  /** Creates a contender's tables. */
  static void prepare(BenchEnvironment environment, JobSpec spec) {
    Contract contract = ContractLoader.load(Path.of(spec.contract()));
    ClickHouseSink.of(
            environment.database(spec.server().database()),
            contract,
            DeadLetterFactory.of(contract, "speed", Clock.system()),
            Clock.system())
        .prepare();
  }

  private RunDetails run(List<String> flags, Arrivals arrivals) {
    String database = spec.server().database();
    // Before the measurement starts, for all contenders.
    prepare(environment, spec);
    try {
      if (contender.hasProcess()) {
        try (ChildRun child = ChildRun.start(spec, flags)) {
          return details(child, watch(child, arrivals));
        }
      }
      KafkaEngine.start(environment, database, backlog.topic(), spec.parallelism());
      List<Sample> samples = watch(RunWatch.Workers.SERVERS, arrivals);
      return new RunDetails(RunFigures.of(samples, backlog.records()), Duration.ZERO, 0, 0);
    } catch (IllegalStateException e) {
      throw new IllegalStateException(contender.label() + ": " + e.getMessage(), e);
    } finally {
      KafkaEngine.stop(environment, database);
      drop(environment, spec);
    }
  }

  private RunDetails details(ChildRun child, List<Sample> samples) {
    long peakBytes = child.peakBytes();
    Map<String, Long> counts = child.stop();
    RunWatch.requireSame(contender.tally().differences(counts, backlog.truth()));
    long firstRow =
        samples.stream()
            .filter(sample -> sample.share() > 0)
            .mapToLong(Sample::nanos)
            .findFirst()
            .orElseThrow();
    return new RunDetails(
        RunFigures.of(samples, backlog.records()),
        Duration.ofNanos(firstRow - child.started()),
        counts.get(ContenderProcess.LIVE_HEAP),
        peakBytes);
  }

  private List<Sample> watch(RunWatch.Workers workers, Arrivals arrivals) {
    return new RunWatch(
            environment,
            contender.id(),
            contender.tally(),
            backlog.truth(),
            look(environment, spec),
            workers)
        .untilDoneWith(arrivals);
  }

  /** Drops a contender's tables. */
  static void drop(BenchEnvironment environment, JobSpec spec) {
    environment.query("DROP DATABASE IF EXISTS " + spec.server().database() + " SYNC");
  }

  /** The contract of the query events; without roll-ups unless they are measured. */
  private static Path contract(BenchEnvironment environment, Contender contender) {
    return contender == Contender.ROLLUPS
        ? environment.contract()
        : environment.contractWithoutRollups();
  }
}
