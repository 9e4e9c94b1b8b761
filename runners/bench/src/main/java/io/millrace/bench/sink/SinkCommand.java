package io.millrace.bench.sink;

import io.millrace.bench.workload.GeneratedEvents;
import io.millrace.bench.workload.RunMixin;
import io.millrace.bench.workload.Workload;
import io.millrace.local.LocalStack;
import io.millrace.pipeline.ExitCodes;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.apache.commons.io.FileUtils;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** Measures what encoding and sending cost, beside Beam's ClickHouseIO. */
@Command(
    name = "sink",
    mixinStandardHelpOptions = true,
    description = {
      "CPU time an event of writing to ClickHouse, in the pipeline's process (Flink in this JVM) at"
          + " events of 1 KB: Millrace's sink and Beam's ClickHouseIO, each less a run without.",
      "Starts a ClickHouse of its own. Exit code 0: the bars hold. 1: they do not. 2: wrong use."
    },
    footer = {"", "Example: scripts/millrace bench sink --events=1000000 --repetitions=5"})
public final class SinkCommand implements Callable<Integer> {
  @Mixin private RunMixin options;

  @Override
  public Integer call() throws IOException {
    long events = options.workload().events();
    SinkReport report = new SinkReport(events, GeneratedEvents.averageBytes(Workload.contract()));
    Path directory = Files.createTempDirectory("millrace-bench-sink");
    try (LocalStack stack = LocalStack.builder().dataDirectory(directory).start()) {
      for (int round = 0; round <= options.repetitions(); round++) {
        for (SinkVariant variant : SinkVariant.values()) {
          SinkRun run = SinkRun.of(variant, events, stack.clickHouse());
          RunMixin.progress(round, variant.label(), run.cpuMicros());
          if (round > 0) {
            report.add(variant, run);
          }
        }
      }
    } finally {
      FileUtils.deleteDirectory(directory.toFile());
    }
    if (options.json()) {
      System.out.println(report.json());
    } else {
      report.table().forEach(System.out::println);
    }
    return report.holds() ? 0 : ExitCodes.FAILED;
  }
}
