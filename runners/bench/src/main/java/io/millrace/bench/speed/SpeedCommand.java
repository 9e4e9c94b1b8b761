package io.millrace.bench.speed;

import io.millrace.bench.contender.Contender;
import io.millrace.bench.harness.BenchEnvironment;
import io.millrace.bench.harness.RunMixin;
import io.millrace.cli.support.CommandErrors;
import io.millrace.cli.support.TextLines;
import io.millrace.local.process.MillraceHome;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Compares Millrace's speed with alternatives. */
@Command(
    name = "speed",
    mixinStandardHelpOptions = true,
    description = {
      "Measures events per second and CPU time per event of 1 KB from Kafka to ClickHouse."
          + " Contenders: a hand-written loop, a native Flink job, ClickHouse's Kafka engine,"
          + " Millrace on Flink and on the DirectRunner, each with either Kafka reader, as `run"
          + " --state`, and without the audit. They run one after another, each in its own process, from one topic into separate databases,"
          + " which are verified. The DirectRunner gets a quarter of the events.",
      "Starts Kafka and ClickHouse. Exit code 0: the measured targets are met. 1: they are not, or the machine was busy with others."
          + " 2: usage error."
    },
    footer = {
      "",
      "Example: scripts/millrace bench speed --events=300000 --only=floor,native,millrace"
    })
public final class SpeedCommand implements Callable<Integer> {
  /** The DirectRunner is that much slower, and nobody wants to wait for it. */
  private static final int FEWER_ON_DIRECT_RUNNER = 4;

  @Mixin private final RunMixin options = new RunMixin(3_000_000, Backlog.LEAST_EVENTS, 2);

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

  @Option(
      names = "--profile",
      description =
          "Instead, run Millrace on Flink once with async-profiler and attribute its CPU time to"
              + " its parts, by the innermost frame of each sample.")
  private boolean profile;

  @Spec private CommandSpec command;

  @Override
  public Integer call() {
    options.check();
    CommandErrors.atLeast(command, "--parallelism", 1, parallelism);
    return BenchEnvironment.print(
        options.json(),
        environment -> {
          if (profile) {
            return profile(environment);
          }
          SpeedReport report = measure(environment);
          write(report);
          return report;
        });
  }

  private ProfileReport profile(BenchEnvironment environment) {
    Profiler profiler =
        Profiler.unpack(environment.directory())
            .orElseThrow(
                () ->
                    new ParameterException(
                        command.commandLine(), "there is no async-profiler for this machine"));
    Backlog backlog = Backlog.produce(environment, "profile", options.events());
    return ProfileReport.measure(environment, profiler, backlog, parallelism);
  }

  private SpeedReport measure(BenchEnvironment environment) {
    Instant begin = Instant.now().truncatedTo(ChronoUnit.SECONDS);
    Set<Contender> contenders =
        only == null ? EnumSet.allOf(Contender.class) : EnumSet.copyOf(only);
    Backlog backlog = Backlog.produce(environment, "speed", options.events());
    long directEvents = Math.max(Backlog.LEAST_EVENTS, options.events() / FEWER_ON_DIRECT_RUNNER);
    Backlog forDirect =
        contenders.stream().anyMatch(Contender::isDirect)
            ? Backlog.produce(environment, "speed-direct", directEvents)
            : backlog;
    // The servers are Java and a database that have just been started: they need a run to be warm.
    run(environment, Contender.FLOOR, backlog, 0);
    SpeedResult result = new SpeedResult();
    List<Contender> order = new ArrayList<>(contenders);
    for (int round = 1; round <= options.repetitions(); round++) {
      for (Contender contender : order) {
        Backlog its = contender.isDirect() ? forDirect : backlog;
        result.add(contender, run(environment, contender, its, round));
      }
      // The servers get faster with each run: no contender is always the first.
      Collections.reverse(order);
    }
    return new SpeedReport(
        Machine.here(environment.query("SELECT version()")),
        new SpeedReport.Setup(
            begin,
            Backlog.SEED,
            options.events(),
            directEvents,
            backlog.averageBytes(),
            parallelism,
            options.repetitions()),
        result);
  }

  private RunFigures run(
      BenchEnvironment environment, Contender contender, Backlog backlog, int round) {
    RunFigures run = SpeedRun.of(environment, contender, backlog, parallelism, round, List.of());
    environment.progress(
        TextLines.text(
            "%s: %-38s %,.0f events/s, %.1f CPU microseconds an event, %.1f of ClickHouse",
            round == 0 ? "warm-up" : "round " + round,
            contender.label(),
            run.eventsPerSecond(),
            run.pipelineMicros(),
            run.clickHouseMicros()));
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
