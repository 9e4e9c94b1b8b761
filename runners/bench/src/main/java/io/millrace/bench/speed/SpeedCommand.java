package io.millrace.bench.speed;

import io.millrace.bench.contender.Contender;
import io.millrace.bench.harness.BenchEnvironment;
import io.millrace.cli.support.CommandErrors;
import io.millrace.cli.support.TextLines;
import io.millrace.local.process.MillraceHome;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Compares Millrace's speed with alternatives. */
@Command(
    name = "speed",
    mixinStandardHelpOptions = true,
    description = {
      "Measures events per second and CPU time per event of 1 KB from Kafka to ClickHouse."
          + " Contenders: a hand-written loop, a native Flink job, ClickHouse's Kafka engine,"
          + " Millrace on Flink and on the DirectRunner, and Millrace without some steps. They run"
          + " one after another, each in its own process, from one topic into separate databases,"
          + " which are verified.",
      "Starts Kafka and ClickHouse. Exit code 0: the measured targets are met. 1: they are not."
          + " 2: usage error."
    },
    footer = {
      "",
      "Example: scripts/millrace bench speed --events=300000 --only=floor,native,millrace"
    })
public final class SpeedCommand implements Callable<Integer> {
  /** The DirectRunner is that much slower, and nobody wants to wait for it. */
  private static final int FEWER_ON_DIRECT_RUNNER = 10;

  @Option(names = "--json", description = "Print one JSON object instead of a table.")
  private boolean json;

  @Option(
      names = "--events",
      defaultValue = "3000000",
      paramLabel = "N",
      description =
          "Events of each run (default: ${DEFAULT-VALUE}); the DirectRunner gets a tenth.")
  private long events;

  @Option(
      names = "--repetitions",
      defaultValue = "2",
      paramLabel = "R",
      description = "Runs of each contender (default: ${DEFAULT-VALUE}).")
  private int repetitions;

  @Option(
      names = "--parallelism",
      defaultValue = "2",
      paramLabel = "P",
      description = "Subtasks of each step, or threads (default: ${DEFAULT-VALUE}).")
  private int parallelism;

  @Option(
      names = "--only",
      split = ",",
      paramLabel = "NAME",
      converter = Contender.Names.class,
      completionCandidates = Contender.Names.class,
      description = "Contenders to run (default: all): ${COMPLETION-CANDIDATES}.")
  private List<Contender> only;

  @Option(
      names = "--out",
      paramLabel = "DIR",
      description =
          "Directory for speed.json and speed.svg (default: .millrace/bench in the checkout).")
  private Path out;

  @Spec private CommandSpec command;

  @Override
  public Integer call() {
    CommandErrors.atLeast(command, "--events", Backlog.LEAST_EVENTS, events);
    CommandErrors.atLeast(command, "--repetitions", 1, repetitions);
    CommandErrors.atLeast(command, "--parallelism", 1, parallelism);
    SpeedReport report = BenchEnvironment.withTemporary(System.err::println, this::measure);
    write(report);
    return report.print(json);
  }

  private SpeedReport measure(BenchEnvironment environment) {
    Instant begin = Instant.now().truncatedTo(ChronoUnit.SECONDS);
    Set<Contender> contenders =
        only == null ? EnumSet.allOf(Contender.class) : EnumSet.copyOf(only);
    Backlog backlog = Backlog.produce(environment, "speed", events);
    long directEvents = Math.max(Backlog.LEAST_EVENTS, events / FEWER_ON_DIRECT_RUNNER);
    Backlog forDirect =
        contenders.contains(Contender.DIRECT)
            ? Backlog.produce(environment, "speed-direct", directEvents)
            : backlog;
    // The servers are Java and a database that have just been started: they need a run to be warm.
    run(environment, Contender.FLOOR, backlog, 0);
    SpeedResult result = new SpeedResult();
    for (int round = 1; round <= repetitions; round++) {
      for (Contender contender : contenders) {
        Backlog its = contender == Contender.DIRECT ? forDirect : backlog;
        result.add(contender, run(environment, contender, its, round));
      }
    }
    return new SpeedReport(
        Machine.here(environment.query("SELECT version()")),
        new SpeedReport.Setup(
            begin,
            Backlog.SEED,
            events,
            directEvents,
            backlog.averageBytes(),
            parallelism,
            repetitions),
        result);
  }

  private RunFigures run(
      BenchEnvironment environment, Contender contender, Backlog backlog, int round) {
    RunFigures run = SpeedRun.of(environment, contender, backlog, parallelism, round);
    environment.progress(
        TextLines.text(
            "%s: %-38s %,.0f events/s, %.1f CPU microseconds an event",
            round == 0 ? "warm-up" : "round " + round,
            contender.label(),
            run.eventsPerSecond(),
            run.pipelineMicros()));
    return run;
  }

  private void write(SpeedReport report) {
    Path directory = out == null ? MillraceHome.data().resolve("bench") : out;
    try {
      Files.createDirectories(directory);
      Files.writeString(directory.resolve("speed.json"), report.json() + "\n");
      Files.writeString(directory.resolve("speed.svg"), SpeedChart.of(report));
    } catch (IOException e) {
      throw new UncheckedIOException("cannot write to " + directory, e);
    }
  }
}
