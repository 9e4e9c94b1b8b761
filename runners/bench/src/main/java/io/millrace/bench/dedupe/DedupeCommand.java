package io.millrace.bench.dedupe;

import io.millrace.bench.workload.RunMixin;
import io.millrace.bench.workload.VariantRuns;
import io.millrace.bench.workload.Workload;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** Measures the cost of deduplication, compared with none and with Beam's. */
@Command(
    name = "dedupe",
    mixinStandardHelpOptions = true,
    description = {
      "Measures the CPU time per event of 1 KB for deduplication on Flink in this JVM: Millrace's"
          + " DeduplicateEvents and Beam's Deduplicate, each minus a run without deduplication.",
      "Exit code 0: at most 16 microseconds. 1: more. 2: usage error."
    },
    footer = {"", "Example: scripts/millrace bench dedupe --events=1000000 --repetitions=5"})
public final class DedupeCommand implements Callable<Integer> {
  @Mixin private RunMixin options;

  @Override
  public Integer call() {
    Workload workload = options.workload();
    return new DedupeReport(
            workload,
            VariantRuns.of(DedupeVariant.class, options, "", variant -> variant.run(workload)))
        .print(options.json());
  }
}
