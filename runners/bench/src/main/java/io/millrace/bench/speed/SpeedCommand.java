package io.millrace.bench.speed;

import io.millrace.bench.Bed;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Measures Millrace beside other ways to do the same. */
@Command(
    name = "speed",
    mixinStandardHelpOptions = true,
    description = "Millrace beside other ways to do the same work.",
    footer = {
      "",
      "Example: scripts/millrace bench speed --events=300000 --only=floor,native,millrace"
    })
public final class SpeedCommand implements Callable<Integer> {
  @Option(names = "--events", defaultValue = "1000000", paramLabel = "N", description = "Events.")
  private long events;

  @Option(names = "--repetitions", defaultValue = "3", paramLabel = "R", description = "Runs.")
  private int repetitions;

  @Option(names = "--parallelism", defaultValue = "2", paramLabel = "P", description = "Threads.")
  private int parallelism;

  @Option(names = "--only", split = ",", paramLabel = "NAME", description = "Contenders.")
  private List<String> only = List.of("floor", "native", "millrace");

  @Override
  public Integer call() {
    return Bed.inPassing(System.err::println, this::measure);
  }

  private int measure(Bed bed) {
    Backlog backlog = Backlog.produce(bed, "speed", events, 42);
    System.err.printf("%,d events of %.0f bytes%n", backlog.records(), backlog.averageBytes());
    for (int round = 1; round <= repetitions; round++) {
      for (String name : only) {
        Contender contender = Contender.valueOf(name.toUpperCase(Locale.ROOT).replace('-', '_'));
        RunFigures figures = SpeedRun.of(bed, contender, backlog, parallelism, round);
        System.out.printf(
            "%-40s %,9.0f events/s %6.1f us pipeline %6.1f us Kafka %6.1f us ClickHouse%n",
            contender.label(),
            figures.eventsPerSecond(),
            figures.pipelineMicros(),
            figures.kafkaMicros(),
            figures.clickHouseMicros());
      }
    }
    return 0;
  }
}
