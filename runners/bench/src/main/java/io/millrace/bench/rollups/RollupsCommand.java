package io.millrace.bench.rollups;

import io.millrace.bench.workload.RunMixin;
import io.millrace.bench.workload.VariantRuns;
import io.millrace.bench.workload.Workload;
import java.util.EnumMap;
import java.util.Map;
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
    Map<RollupRunner, VariantRuns<RollupVariant>> runs = new EnumMap<>(RollupRunner.class);
    for (RollupRunner runner : RollupRunner.values()) {
      Workload workload = runner.workload(all);
      runs.put(
          runner,
          VariantRuns.of(
              RollupVariant.class,
              options,
              runner.label() + " ",
              variant -> runner.run(variant, workload)));
    }
    return new RollupReport(all, runs).print(options.json());
  }
}
