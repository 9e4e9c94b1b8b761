package io.millrace.bench.capacity;

import io.millrace.bench.harness.Bar;
import io.millrace.bench.harness.BenchEnvironment;
import io.millrace.cli.support.TextLines;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Compares two numbers of identities in RocksDB: what an identity takes on disk, what an event
 * costs, and what a checkpoint at a steady rate writes. If none of these grows with the number, the
 * figures hold for a day's identities, too.
 */
final class IdentitiesPart {
  static final String NAME = "identities";

  private static final int TIMES = 4;
  private static final Duration STEADY = Duration.ofSeconds(45);
  private static final double MOST_GROWTH = 1.3;
  private static final double MOST_CHECKPOINT_GROWTH = 2;

  private IdentitiesPart() {}

  static PartReport measure(BenchEnvironment environment, Settings settings) {
    long few = settings.identities() / TIMES;
    // The JVM compiles the job in this run, which would be measured with the smaller number.
    environment.progress("warm-up: %,d identities".formatted(few));
    IdentityFigures unused = IdentityRun.of(environment, few, Duration.ofSeconds(20));
    environment.progress("%,d identities".formatted(few));
    IdentityFigures small = IdentityRun.of(environment, few, STEADY);
    environment.progress("%,d identities".formatted(settings.identities()));
    IdentityFigures large = IdentityRun.of(environment, settings.identities(), STEADY);
    return report(small, large);
  }

  static PartReport report(IdentityFigures small, IdentityFigures large) {
    TextLines lines =
        new TextLines()
            .line("RocksDB in one subtask, incremental checkpoints every 5 s, 2 %% duplicates")
            .line(
                "%12s %10s %18s %16s %24s %24s",
                "identities",
                "events/s",
                "CPU µs an event",
                "bytes on disk",
                "a checkpoint writes, MB",
                "and takes, s");
    for (IdentityFigures figures : List.of(small, large)) {
      lines.line(
          "%,12d %,10.0f %18.1f %16.1f %24s %24s",
          figures.identities(),
          figures.eventsPerSecond(),
          figures.cpuMicros(),
          figures.bytesAnIdentity(),
          figures.checkpointMegabytes().text(),
          figures.checkpointSeconds().text());
    }
    double gigabytes = large.bytesAnIdentity() * IdentityRun.A_DAY / 1e9;
    lines.line(
        "%,d identities take %.1f GB, computed from the larger number",
        IdentityRun.A_DAY, gigabytes);
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("small", small.toJson());
    json.put("large", large.toJson());
    json.put("gigabytes_of_a_day_computed", gigabytes);
    return new PartReport(NAME, lines.toString(), json, bars(small, large));
  }

  private static List<Bar> bars(IdentityFigures small, IdentityFigures large) {
    String times = "times as with %.0f %% of the identities".formatted(100.0 / TIMES);
    return List.of(
        new Bar(
            "bytes on disk an identity, " + times,
            large.bytesAnIdentity() / small.bytesAnIdentity(),
            MOST_GROWTH,
            false),
        new Bar(
            "CPU an event, " + times, large.cpuMicros() / small.cpuMicros(), MOST_GROWTH, false),
        new Bar(
            "bytes that a checkpoint writes, " + times,
            large.checkpointMegabytes().median() / small.checkpointMegabytes().median(),
            MOST_CHECKPOINT_GROWTH,
            false));
  }
}
