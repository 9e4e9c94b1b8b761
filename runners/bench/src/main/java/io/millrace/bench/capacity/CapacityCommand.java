package io.millrace.bench.capacity;

import io.millrace.bench.harness.BenchEnvironment;
import io.millrace.bench.harness.RunMixin;
import io.millrace.bench.speed.Backlog;
import io.millrace.bench.speed.Machine;
import io.millrace.cli.support.CommandErrors;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Checks the capacity model by measurements. */
@Command(
    name = "capacity",
    mixinStandardHelpOptions = true,
    description = {
      "Checks the model of docs/capacity.md. Runs Millrace on Flink, each run in its own process,"
          + " and verifies its tables.",
      "skew: 90 %% of the events in one of four partitions, and in one group of a roll-up."
          + " partitions: a topic of 1000 partitions beside one of four. backlog: the time to catch"
          + " up while more events arrive, beside the model's. identities: identities in RocksDB"
          + " with incremental checkpoints, in two sizes.",
      "Starts Kafka and ClickHouse. Exit code 0: the measured targets are met. 1: they are not, or"
          + " the machine was busy with others. 2: usage error."
    },
    footer = {"", "Example: scripts/millrace bench capacity --only=skew,partitions"})
public final class CapacityCommand implements Callable<Integer> {
  private static final int LEAST_PARTITIONS = 5;
  private static final long LEAST_IDENTITIES = 100_000;

  @Mixin private final RunMixin options = new RunMixin(1_500_000, Backlog.LEAST_EVENTS, 2);

  @Option(
      names = "--only",
      split = ",",
      paramLabel = "PART",
      description = "Parts to measure: skew, partitions, backlog, identities (default: all).")
  private List<Part> only = List.of(Part.values());

  @Option(
      names = "--parallelism",
      defaultValue = "2",
      paramLabel = "P",
      description = "Subtasks of each step of the pipeline (default: ${DEFAULT-VALUE}).")
  private int parallelism;

  @Option(
      names = "--partitions",
      defaultValue = "1000",
      paramLabel = "N",
      description = "Partitions of the topic with many (default: ${DEFAULT-VALUE}).")
  private int partitions;

  @Option(
      names = "--rate",
      defaultValue = "4000",
      paramLabel = "N",
      description =
          "Events that arrive each second during the backlog (default: ${DEFAULT-VALUE}).")
  private int rate;

  @Option(
      names = "--identities",
      defaultValue = "8000000",
      paramLabel = "N",
      description =
          "Identities of the larger state; the smaller has a quarter (default:"
              + " ${DEFAULT-VALUE}).")
  private long identities;

  @Spec private CommandSpec command;

  private enum Part {
    SKEW {
      @Override
      PartReport measure(BenchEnvironment environment, Settings settings) {
        return SkewPart.measure(environment, settings);
      }
    },
    PARTITIONS {
      @Override
      PartReport measure(BenchEnvironment environment, Settings settings) {
        return PartitionsPart.measure(environment, settings);
      }
    },
    BACKLOG {
      @Override
      PartReport measure(BenchEnvironment environment, Settings settings) {
        return BacklogPart.measure(environment, settings);
      }
    },
    IDENTITIES {
      @Override
      PartReport measure(BenchEnvironment environment, Settings settings) {
        return IdentitiesPart.measure(environment, settings);
      }
    };

    abstract PartReport measure(BenchEnvironment environment, Settings settings);
  }

  @Override
  public Integer call() {
    options.check();
    CommandErrors.atLeast(command, "--parallelism", 1, parallelism);
    CommandErrors.atLeast(command, "--partitions", LEAST_PARTITIONS, partitions);
    CommandErrors.atLeast(command, "--rate", 1, rate);
    CommandErrors.atLeast(command, "--identities", LEAST_IDENTITIES, identities);
    return BenchEnvironment.print(options.json(), this::measure);
  }

  CapacityReport measure(BenchEnvironment environment) {
    Instant begin = Instant.now().truncatedTo(ChronoUnit.SECONDS);
    Settings settings =
        new Settings(
            options.events(), options.repetitions(), parallelism, partitions, rate, identities);
    Set<Part> parts = EnumSet.copyOf(only);
    List<PartReport> reports = new ArrayList<>();
    for (Part part : parts) {
      reports.add(part.measure(environment, settings));
    }
    return new CapacityReport(Machine.here(environment.query("SELECT version()")), begin, reports);
  }
}
