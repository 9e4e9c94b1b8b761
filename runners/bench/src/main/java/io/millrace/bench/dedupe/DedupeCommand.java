package io.millrace.bench.dedupe;

import io.millrace.bench.workload.RunMixin;
import io.millrace.bench.workload.Workload;
import io.millrace.pipeline.ExitCodes;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

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
public final class DedupeCommand implements Callable<Integer> {
  @Mixin private RunMixin options;

  @Override
  public Integer call() {
    Workload workload = options.workload();
    DedupeReport report = new DedupeReport(workload);
    for (int round = 0; round <= options.repetitions(); round++) {
      for (DedupeVariant variant : DedupeVariant.values()) {
        DedupeRun run = DedupeRun.of(variant, workload);
        RunMixin.progress(round, variant.label(), run.cpuMicros());
        if (round > 0) {
          report.add(variant, run);
        }
      }
    }
    if (options.json()) {
      System.out.println(report.json());
    } else {
      report.table().forEach(System.out::println);
    }
    return report.holds() ? 0 : ExitCodes.FAILED;
  }
}
