package io.millrace.bench.formats;

import io.millrace.bench.contender.Contender;
import io.millrace.bench.harness.BenchEnvironment;
import io.millrace.bench.harness.RunMixin;
import io.millrace.bench.speed.Backlog;
import io.millrace.bench.speed.RunFigures;
import io.millrace.bench.speed.SpeedRun;
import io.millrace.cli.support.CommandErrors;
import io.millrace.cli.support.TextLines;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;
import picocli.CommandLine.TypeConversionException;

/** Measures the cost of an event in each format of records. */
@Command(
    name = "formats",
    mixinStandardHelpOptions = true,
    description = {
      "Measures events per second and CPU time per event of Millrace on Flink for the same events"
          + " of 1 KB in each format of records. Runs them one after another, each in its own"
          + " process, and verifies their tables.",
      "Starts Kafka and ClickHouse. Exit code 0: no format costs more than its bar. 1: one does, or the machine was busy with others."
          + " 2: usage error."
    },
    footer = {"", "Example: scripts/millrace bench formats --only=json,json-array"})
public final class FormatsCommand implements Callable<Integer> {
  private static final long LEAST_EVENTS = 10_000;

  @Mixin private final RunMixin options = new RunMixin(1_500_000, LEAST_EVENTS, 2);

  @Option(
      names = "--parallelism",
      defaultValue = "2",
      paramLabel = "P",
      description = "Subtasks of each step (default: ${DEFAULT-VALUE}).")
  private int parallelism;

  @Option(
      names = "--only",
      paramLabel = "NAME",
      split = ",",
      converter = Names.class,
      description = "Formats to run (default: all), beside json.")
  private List<EventFormat> only;

  @Spec private CommandSpec command;

  @Override
  public Integer call() {
    options.check();
    CommandErrors.atLeast(command, "--parallelism", 1, parallelism);
    return BenchEnvironment.print(options.json(), this::measure);
  }

  private FormatsReport measure(BenchEnvironment environment) {
    Set<EventFormat> formats =
        only == null ? EnumSet.allOf(EventFormat.class) : EnumSet.copyOf(only);
    formats.add(EventFormat.JSON);
    Map<EventFormat, Backlog> backlogs = new EnumMap<>(EventFormat.class);
    Map<EventFormat, List<RunFigures>> runs = new EnumMap<>(EventFormat.class);
    for (EventFormat format : formats) {
      try {
        backlogs.put(format, FormatBacklog.produce(environment, format, options.events()));
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new IllegalStateException("interrupted", e);
      }
      environment.progress("the events are in Kafka: " + format.label());
    }
    // The servers have just been started: they need a run to be warm.
    run(environment, EventFormat.JSON, backlogs.get(EventFormat.JSON), 0);
    List<EventFormat> order = new ArrayList<>(formats);
    for (int round = 1; round <= options.repetitions(); round++) {
      for (EventFormat format : order) {
        runs.computeIfAbsent(format, f -> new ArrayList<>())
            .add(run(environment, format, backlogs.get(format), round));
      }
      // The servers get faster with each run: no format is always the first.
      Collections.reverse(order);
    }
    return new FormatsReport(options.events(), backlogs, runs);
  }

  private RunFigures run(
      BenchEnvironment environment, EventFormat format, Backlog backlog, int round) {
    RunFigures run =
        SpeedRun.of(
            environment,
            Contender.MILLRACE,
            backlog,
            contract(environment, format),
            parallelism,
            format.id().replace('-', '_') + "_" + round);
    environment.progress(
        TextLines.text(
            "%s: %-30s %,.0f events/s, %.1f CPU microseconds an event",
            round == 0 ? "warm-up" : "round " + round,
            format.label(),
            run.eventsPerSecond(),
            run.pipelineMicros()));
    return run;
  }

  private static Path contract(BenchEnvironment environment, EventFormat format) {
    Path file = environment.directory().resolve(format.id() + ".yaml");
    try {
      Files.writeString(environment.directory().resolve("query-event.avsc"), AvroEvents.SCHEMA);
      return Files.writeString(
          file, format.contract(BenchEnvironment.withoutRollups(environment.contract())));
    } catch (IOException e) {
      throw new UncheckedIOException("cannot write " + file, e);
    }
  }

  /** Parses the names of formats. */
  static final class Names implements ITypeConverter<EventFormat> {
    @Override
    public EventFormat convert(String name) {
      return Arrays.stream(EventFormat.values())
          .filter(format -> format.id().equals(name))
          .findFirst()
          .orElseThrow(
              () ->
                  new TypeConversionException(
                      "expected one of " + EventFormat.names() + ", found " + name));
    }
  }
}
