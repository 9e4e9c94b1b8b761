package io.millrace.resilience.cluster;

import io.millrace.bench.harness.BenchEnvironment;
import io.millrace.cli.support.CommandErrors;
import java.time.Duration;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Measures freshness, heap and state at a steady rate. */
@Command(
    name = "steady",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = {
      "Measures freshness, heap and state at a steady rate. Runs the job jar on a real Flink"
          + " cluster with checkpoints every 5 s, and starts a real Kafka and ClickHouse. Freshness"
          + " is the time from a record's timestamp to the acknowledgment of its row, from the"
          + " audit table.",
      "Exit code 0: p95 under 3 s, p99 under 5 s, heap and state flat. 1: otherwise. 2: usage"
          + " error."
    },
    footer = {
      "",
      "Example: scripts/millrace bench steady --rate=4000 --minutes=10",
      "Example: scripts/millrace bench steady --rate=2000 --minutes=3 --faster=20"
    })
public final class SteadyCommand implements Callable<Integer> {
  private static final long MILLIS = 60_000;

  @Option(
      names = "--rate",
      defaultValue = "4000",
      paramLabel = "N",
      description = "Records a second. Default: ${DEFAULT-VALUE}")
  private double rate;

  @Option(
      names = "--minutes",
      defaultValue = "10",
      paramLabel = "M",
      description = "Minutes to measure; fractions are allowed. Default: ${DEFAULT-VALUE}")
  private double minutes;

  @Option(
      names = "--warmUp",
      defaultValue = "150",
      paramLabel = "S",
      description = "Seconds of warm-up before the measurement. Default: ${DEFAULT-VALUE}")
  private int warmUp;

  @Option(
      names = "--faster",
      defaultValue = "1",
      paramLabel = "N",
      description =
          "Speed of event time relative to the clock: with 20, three minutes cover an hour of event"
              + " time. Freshness is checked only with 1. Default: ${DEFAULT-VALUE}")
  private double faster;

  @Option(names = "--json", description = "Print one JSON object instead of text.")
  private boolean json;

  @Spec private CommandSpec command;

  @Override
  public Integer call() {
    CommandErrors.atLeast(command, "--rate", 1, rate);
    CommandErrors.atLeast(command, "--minutes", 0.2, minutes);
    CommandErrors.atLeast(command, "--warmUp", 0, warmUp);
    CommandErrors.atLeast(command, "--faster", 1, faster);
    SteadyRun.Load load =
        new SteadyRun.Load(
            rate,
            Duration.ofSeconds(warmUp),
            Duration.ofMillis(Math.round(minutes * MILLIS)),
            faster);
    return BenchEnvironment.print(json, environment -> SteadyRun.of(environment, load));
  }
}
