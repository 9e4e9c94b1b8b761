package io.millrace.bench.speed;

import io.millrace.bench.contender.Contender;
import io.millrace.bench.harness.BenchEnvironment;
import io.millrace.bench.harness.Figures;
import io.millrace.bench.harness.Report;
import io.millrace.bench.speed.ProfileByPart.Part;
import io.millrace.cli.support.TextLines;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * The CPU time of each part of Millrace on Flink. The shares are those of the whole run, the sum is
 * measured over its second half.
 */
record ProfileReport(long events, RunFigures run, ProfileByPart shares) implements Report {

  /** Runs Millrace with a profiler. */
  static ProfileReport measure(
      BenchEnvironment environment, Profiler profiler, Backlog backlog, int parallelism) {
    Path collapsed = environment.directory().resolve("profile.txt");
    List<String> flags = List.of(profiler.flag(collapsed));
    RunFigures run = SpeedRun.of(environment, Contender.MILLRACE, backlog, parallelism, 1, flags);
    return new ProfileReport(backlog.records(), run, ProfileByPart.read(collapsed));
  }

  private double micros(Part part) {
    return part == Part.COMPILER
        ? run.compilerMicros()
        : shares.ofWhatLasts(part) * (run.pipelineMicros() - run.compilerMicros());
  }

  private static List<Part> parts() {
    return Arrays.stream(Part.values()).filter(part -> part != Part.START).toList();
  }

  /** There is no bar. */
  @Override
  public boolean passes() {
    return true;
  }

  @Override
  public String text() {
    TextLines lines =
        new TextLines()
            .line(
                "%s: CPU microseconds an event, of %,d events, with a profiler",
                Contender.MILLRACE.label(), events);
    parts().forEach(part -> lines.line("%6.2f  %s", micros(part), part.label()));
    return lines
        .line("%6.2f  altogether, at %,.0f events/s", run.pipelineMicros(), run.eventsPerSecond())
        .toString();
  }

  @Override
  public String json() {
    Map<String, Object> micros = new LinkedHashMap<>();
    parts().forEach(part -> micros.put(part.name().toLowerCase(Locale.ROOT), micros(part)));
    Map<String, Object> object = new LinkedHashMap<>();
    object.put("events", events);
    object.put("cpu_micros", micros);
    object.put("pipeline_cpu_micros", run.pipelineMicros());
    object.put("events_per_second", run.eventsPerSecond());
    return Figures.json(object);
  }
}
