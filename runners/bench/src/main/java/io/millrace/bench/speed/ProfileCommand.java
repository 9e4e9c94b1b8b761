package io.millrace.bench.speed;

import io.millrace.bench.contender.Contender;
import io.millrace.bench.harness.BenchEnvironment;
import io.millrace.bench.harness.Figures;
import io.millrace.bench.speed.ProfileByPart.Part;
import io.millrace.cli.support.CommandErrors;
import io.millrace.cli.support.TextLines;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Profiles the CPU time of a run by pipeline step. */
@Command(
    name = "profile",
    mixinStandardHelpOptions = true,
    description = {
      "Profiles the CPU time per event of Millrace on Flink with async-profiler while it processes"
          + " a backlog as in `bench speed`. Attributes each sample to a step by its innermost"
          + " frame. The shares cover the whole run; the total is measured over the second half of"
          + " the events."
    },
    footer = {"", "Example: scripts/millrace bench profile --events=2500000"})
public final class ProfileCommand implements Callable<Integer> {
  @Option(names = "--json", description = "Print one JSON object instead of a table.")
  private boolean json;

  @Option(
      names = "--events",
      defaultValue = "2500000",
      paramLabel = "N",
      description = "Events of the run (default: ${DEFAULT-VALUE}).")
  private long events;

  @Option(
      names = "--parallelism",
      defaultValue = "2",
      paramLabel = "P",
      description = "Subtasks of each step (default: ${DEFAULT-VALUE}).")
  private int parallelism;

  @Spec private CommandSpec command;

  /** What came out. */
  private record Profile(RunFigures run, ProfileByPart shares) {
    private double micros(Part part) {
      return part == Part.COMPILER
          ? run.compilerMicros()
          : shares.ofWhatLasts(part) * (run.pipelineMicros() - run.compilerMicros());
    }
  }

  @Override
  public Integer call() {
    CommandErrors.atLeast(command, "--events", Backlog.LEAST_EVENTS, events);
    CommandErrors.atLeast(command, "--parallelism", 1, parallelism);
    Profile profile = BenchEnvironment.withTemporary(System.err::println, this::measure);
    System.out.println(json ? json(profile) : text(profile));
    return 0;
  }

  private Profile measure(BenchEnvironment environment) {
    Profiler profiler =
        Profiler.unpack(environment.directory())
            .orElseThrow(
                () ->
                    new ParameterException(
                        command.commandLine(), "there is no async-profiler for this machine"));
    Backlog backlog = Backlog.produce(environment, "profile", events);
    Path collapsed = environment.directory().resolve("profile.txt");
    RunFigures run =
        SpeedRun.of(
            environment,
            Contender.MILLRACE,
            backlog,
            parallelism,
            1,
            List.of(profiler.flag(collapsed)));
    return new Profile(run, ProfileByPart.read(collapsed));
  }

  private static List<Part> parts() {
    return Arrays.stream(Part.values()).filter(part -> part != Part.START).toList();
  }

  private String text(Profile profile) {
    TextLines lines =
        new TextLines()
            .line(
                "%s: CPU microseconds an event, of %,d events, with a profiler",
                Contender.MILLRACE.label(), events);
    for (Part part : parts()) {
      lines.line("%6.2f  %s", profile.micros(part), part.label());
    }
    return lines
        .line(
            "%6.2f  altogether, at %,.0f events/s",
            profile.run.pipelineMicros(), profile.run.eventsPerSecond())
        .toString();
  }

  private String json(Profile profile) {
    Map<String, Object> micros = new LinkedHashMap<>();
    parts().forEach(part -> micros.put(part.name().toLowerCase(Locale.ROOT), profile.micros(part)));
    Map<String, Object> object = new LinkedHashMap<>();
    object.put("events", events);
    object.put("cpu_micros", micros);
    object.put("pipeline_cpu_micros", profile.run.pipelineMicros());
    object.put("events_per_second", profile.run.eventsPerSecond());
    return Figures.json(object);
  }
}
