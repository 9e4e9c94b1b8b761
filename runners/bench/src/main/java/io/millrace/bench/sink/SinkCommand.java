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

/** Measures the cost of encoding and sending, compared with Beam's ClickHouseIO. */
@Command(
    name = "sink",
    mixinStandardHelpOptions = true,
    description = {
      "Measures the pipeline's CPU time per event of 1 KB for writing to ClickHouse (Flink in this"
          + " JVM): Millrace's sink and Beam's ClickHouseIO, each minus a run without a sink.",
      "Starts a ClickHouse. Exit code 0: the targets are met. 1: they are not. 2: usage error."
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
