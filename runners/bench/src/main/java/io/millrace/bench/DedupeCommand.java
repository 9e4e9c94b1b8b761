package io.millrace.bench;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Measures what deduplication costs, beside no deduplication and Beam's own. */
@Command(
    name = "dedupe",
    mixinStandardHelpOptions = true,
    description = {
      "CPU time an event of deduplication on Flink, in this JVM, at events of 1 KB: Millrace's"
          + " DeduplicateEvents and Beam's Deduplicate, each less a run without either.",
      "Exit code 0: at most 16 microseconds. 1: more. 2: wrong use."
    },
    footer = {"", "Example: scripts/millrace bench dedupe --events=1000000 --repetitions=5"})
final class DedupeCommand implements Callable<Integer> {
  @Option(names = "--json", description = "Print one JSON object instead of a table.")
  private boolean json;

  @Option(
      names = "--events",
      defaultValue = "500000",
      paramLabel = "N",
      description = "Events of each run (default: ${DEFAULT-VALUE}).")
  private long events;

  @Option(
      names = "--repetitions",
      defaultValue = "3",
      paramLabel = "R",
      description =
          "Measured runs of each variant, after one to warm up (default: ${DEFAULT-VALUE}).")
  private int repetitions;

  @Spec private CommandSpec spec;

  @Override
  public Integer call() {
    // Below this the start of Flink is most of what is measured.
    atLeast(100_000, events, "--events");
    atLeast(1, repetitions, "--repetitions");
    Workload workload = new Workload(events);
    DedupeReport report = new DedupeReport(workload);
    for (int round = 0; round <= repetitions; round++) {
      for (DedupeVariant variant : DedupeVariant.values()) {
        DedupeRun run = DedupeRun.of(variant, workload);
        System.err.printf(
            "%s: %-22s %.1f CPU microseconds an event%n",
            round == 0 ? "warm-up" : "round " + round, variant.label(), run.cpuMicros());
        if (round > 0) {
          report.add(variant, run);
        }
      }
    }
    if (json) {
      System.out.println(report.json());
    } else {
      report.table().forEach(System.out::println);
    }
    return report.holds() ? 0 : Bench.MISSED;
  }

  private void atLeast(long least, long value, String option) {
    if (value < least) {
      throw new ParameterException(
          spec.commandLine(), option + ": expected at least " + least + ", found " + value);
    }
  }
}
