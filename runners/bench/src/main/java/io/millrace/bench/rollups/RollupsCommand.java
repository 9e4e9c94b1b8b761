package io.millrace.bench.rollups;

import io.millrace.bench.workload.RunMixin;
import io.millrace.bench.workload.VariantRuns;
import io.millrace.bench.workload.Workload;
import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** Measures the cost of roll-ups, compared with none and with Beam's windows. */
@Command(
    name = "rollups",
    mixinStandardHelpOptions = true,
    description = {
      "Measures the CPU time per event of 1 KB for three roll-ups in this JVM: Millrace's"
          + " RollUpMetrics and Beam's windows, each minus a run without roll-ups. Runs on Flink,"
          + " and on the DirectRunner with 4 % of the events.",
      "Each run verifies that its tables count every event once. Exit code 0: measured. 2: usage"
          + " error."
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
