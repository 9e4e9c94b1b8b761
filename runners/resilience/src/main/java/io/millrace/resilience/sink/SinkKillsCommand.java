package io.millrace.resilience.sink;

import io.millrace.bench.harness.BenchEnvironment;
import io.millrace.cli.support.CommandErrors;
import io.millrace.pipeline.ExitCodes;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Runs the whole pipeline on Flink while ClickHouse is killed repeatedly. */
@Command(
    name = "sink-kills",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = {
      "Kills (SIGKILL) and restarts ClickHouse at random moments while the whole pipeline runs on"
          + " Flink in this JVM, then verifies every event. Starts a real Kafka and ClickHouse.",
      "Exit code 0: no event was lost, and the exact views show no duplicates. 1: otherwise."
          + " 2: usage error."
    },
    footer = {"", "Example: scripts/millrace bench sink-kills --events=1000000 --kills=5"})
public final class SinkKillsCommand implements Callable<Integer> {
  private static final long FEWEST = 10_000;
  private static final int MOST_KILLS = 100;

  @Option(
      names = "--events",
      defaultValue = "1000000",
      paramLabel = "N",
      description = "Records to send. Default: ${DEFAULT-VALUE}")
  private long events;

  @Option(
      names = "--kills",
      defaultValue = "5",
      paramLabel = "K",
      description = "Number of kills. Default: ${DEFAULT-VALUE}")
  private int kills;

  @Option(
      names = "--seed",
      defaultValue = "42",
      description = "Seed of the records and of the kills. Default: ${DEFAULT-VALUE}")
  private long seed;

  @Option(names = "--json", description = "Print one JSON object instead of text.")
  private boolean json;

  @Spec private CommandSpec command;

  @Override
  public Integer call() {
    CommandErrors.atLeast(command, "--events", FEWEST, events);
    if (kills < 0 || kills > MOST_KILLS) {
      throw new ParameterException(
          command.commandLine(), "--kills: expected 0 to " + MOST_KILLS + ", found " + kills);
    }
    try {
      return BenchEnvironment.withTemporary(
              System.err::println, environment -> KillRun.of(environment, events, kills, seed))
          .print(json);
    } catch (IllegalStateException e) {
      System.err.println("millrace: " + e.getMessage());
      return ExitCodes.FAILED;
    }
  }
}
