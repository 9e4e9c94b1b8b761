package io.millrace.bench.sink;

import io.millrace.bench.workload.GeneratedEvents;
import io.millrace.bench.workload.RunMixin;
import io.millrace.bench.workload.VariantRuns;
import io.millrace.bench.workload.Workload;
import io.millrace.local.LocalStack;
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
    Path directory = Files.createTempDirectory("millrace-bench-sink");
    try (LocalStack stack = LocalStack.builder().dataDirectory(directory).start()) {
      return new SinkReport(
              events,
              GeneratedEvents.averageBytes(Workload.contract()),
              VariantRuns.of(
                  SinkVariant.class, options, "", v -> v.run(events, stack.clickHouse())))
          .print(options.json());
    } finally {
      FileUtils.deleteDirectory(directory.toFile());
    }
  }
}
