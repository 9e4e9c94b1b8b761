package io.millrace.bench.rollups;

import io.millrace.bench.workload.MeasuredRun;
import io.millrace.bench.workload.RunMixin;
import io.millrace.bench.workload.Workload;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** Measures what rollups cost, beside no rollups and the same by Beam's own windows. */
@Command(
    name = "rollups",
    mixinStandardHelpOptions = true,
    description = {
      "CPU time an event of the query events' three rollups, in this JVM, at events of 1 KB:"
          + " Millrace's RollUpMetrics and the same by Beam's own windows, each less a run without"
          + " either; on Flink, and on the DirectRunner with one event in 25.",
      "Each run checks that its tables count every event once. Exit code 0: measured. 2: wrong use."
    },
    footer = {"", "Example: scripts/millrace bench rollups --events=1000000 --repetitions=5"})
public final class RollupsCommand implements Callable<Integer> {
  @Mixin private RunMixin options;

  @Override
  public Integer call() {
    Workload all = options.workload();
    RollupReport report = new RollupReport(all, options.repetitions());
    for (RollupRunner runner : RollupRunner.values()) {
      Workload workload = runner.workload(all);
      for (int round = 0; round <= options.repetitions(); round++) {
        for (RollupVariant variant : RollupVariant.values()) {
          MeasuredRun run = runner.run(variant, workload);
          RunMixin.progress(round, runner.label() + " " + variant.label(), run.cpuMicros());
          if (round > 0) {
            report.add(runner, variant, run);
          }
        }
      }
    }
    if (options.json()) {
      System.out.println(report.json());
    } else {
      report.table().forEach(System.out::println);
    }
    return 0;
  }
}
