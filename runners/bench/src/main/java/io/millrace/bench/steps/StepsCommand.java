package io.millrace.bench.steps;

import io.millrace.bench.harness.Figures;
import io.millrace.bench.harness.OtherWork;
import io.millrace.bench.harness.Report;
import io.millrace.bench.harness.RunMixin;
import io.millrace.bench.workload.Workload;
import io.millrace.cli.support.TextLines;
import io.millrace.local.LocalStack;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.apache.commons.io.FileUtils;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Measures the cost of single steps, compared with none and with Beam's own. */
@Command(
    name = "steps",
    mixinStandardHelpOptions = true,
    description = {
      "Measures the CPU time per event of 1 KB of single steps in this JVM, beside what Beam"
          + " offers. A step's cost is its run minus a run without it. Verifies every run.",
      "dedupe: DeduplicateEvents and Beam's Deduplicate, on Flink. rollups: RollUpMetrics and"
          + " Beam's windows, on Flink and, with 4 %% of the events, on the DirectRunner. sink:"
          + " Millrace's sink and Beam's ClickHouseIO, on Flink; starts a ClickHouse. archive: Parquet files, on"
          + " Flink. encode: the"
          + " encoders of both sinks and LZ4, without a pipeline.",
      "Exit code 0: the measured targets are met. 1: they are not, or the machine was busy with others. 2: usage error."
    },
    footer = {
      "",
      "Example: scripts/millrace bench steps --only=dedupe,rollups --events=1000000 --repetitions=5"
    })
public final class StepsCommand implements Callable<Integer> {
  // With fewer events, Flink's start dominates the measurement.
  @Mixin private final RunMixin options = new RunMixin(500_000, 100_000, 3);

  @Option(
      names = "--only",
      split = ",",
      paramLabel = "STEP",
      description = "Steps to measure: dedupe, rollups, sink, archive, encode (default: all).")
  private List<Step> only = List.of(Step.values());

  private enum Step {
    DEDUPE,
    ROLLUPS,
    SINK,
    ARCHIVE,
    ENCODE
  }

  /** The costs of the measured steps. */
  private record StepReport(long events, List<StepCosts> steps) implements Report {
    @Override
    public boolean passes() {
      return steps.stream().allMatch(StepCosts::passes);
    }

    @Override
    public String text() {
      TextLines lines = new TextLines();
      steps.forEach(step -> step.addTo(lines));
      return lines.toString();
    }

    @Override
    public String json() {
      Map<String, Object> object = new LinkedHashMap<>();
      object.put("events", events);
      steps.forEach(step -> object.put(step.name(), step.toJson()));
      object.put("holds", passes());
      return Figures.json(object);
    }
  }

  @Override
  public Integer call() throws IOException {
    options.check();
    OtherWork others = OtherWork.begin();
    List<StepCosts> costs = new ArrayList<>();
    for (Step step : only) {
      measure(step, new Workload(options.events()), costs);
    }
    return others.judge(new StepReport(options.events(), costs)).print(options.json());
  }

  private void measure(Step step, Workload workload, List<StepCosts> costs) throws IOException {
    switch (step) {
      case DEDUPE -> costs.add(measured(new DedupeStep(workload)));
      case ROLLUPS -> {
        for (RollupStep.Runner runner : RollupStep.Runner.values()) {
          costs.add(measured(new RollupStep(runner, runner.part(workload))));
        }
      }
      case SINK -> {
        Path directory = Files.createTempDirectory("millrace-bench-sink");
        try (LocalStack stack = LocalStack.builder().dataDirectory(directory).start()) {
          costs.add(measured(new SinkStep(workload.events(), stack.clickHouse())));
        } finally {
          FileUtils.deleteDirectory(directory.toFile());
        }
      }
      case ARCHIVE -> costs.add(measured(new ArchiveStep(workload.events())));
      case ENCODE -> costs.add(measured(new EncodeStep(workload.events())));
    }
  }

  private StepCosts measured(MeasuredStep step) {
    return StepCosts.measure(step, options.repetitions());
  }
}
