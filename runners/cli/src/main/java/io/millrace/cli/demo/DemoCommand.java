package io.millrace.cli.demo;

import io.millrace.cli.generate.GeneratorMixin;
import io.millrace.cli.stack.StackMixin;
import io.millrace.cli.support.ShutdownHook;
import io.millrace.direct.DirectDefaults;
import io.millrace.direct.DirectPipeline;
import io.millrace.direct.PipelineRun;
import io.millrace.local.LocalStack;
import io.millrace.local.ServerStatus;
import io.millrace.local.StackPassword;
import io.millrace.local.process.Lifetime;
import io.millrace.local.process.LocalFiles;
import io.millrace.local.process.MillraceHome;
import io.millrace.pipeline.ExitCodes;
import io.millrace.pipeline.Launch;
import io.millrace.pipeline.WrongUseException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Runs and verifies a complete pipeline on this computer. */
@Command(
    name = "demo",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description =
        "Starts Kafka and ClickHouse, sends query events (including duplicate, late, erroneous and"
            + " malformed ones), runs the pipeline, prints query results and verifies every event."
            + " Stops the servers when it finishes. Exit code: 0 if everything matches, 1 if not.",
    footer = {
      "",
      "Example: scripts/millrace demo --events=200000",
      "Example: scripts/millrace demo --runner=flink"
    })
public final class DemoCommand implements Callable<Integer> {
  @Option(
      names = "--events",
      defaultValue = "150000",
      description = "Total number of records to send. Default: ${DEFAULT-VALUE}")
  private long events;

  @Option(
      names = "--runner",
      defaultValue = "direct",
      paramLabel = "direct|flink",
      description =
          "Run the pipeline in this process, or on a local Flink cluster. Default:"
              + " ${DEFAULT-VALUE}")
  private String runner;

  @Mixin private GeneratorMixin generator;
  @Mixin private StackMixin servers;

  @Option(names = "--keep", description = "Keep Kafka and ClickHouse running, with their data.")
  private boolean keep;

  @Option(names = "--json", description = "Print the result as one JSON object.")
  private boolean json;

  @Override
  public Integer call() {
    if (events < 1) {
      throw new WrongUseException("--events: expected at least 1, found " + events);
    }
    if (keep && LocalStack.status(MillraceHome.data()).stream().anyMatch(ServerStatus::running)) {
      throw new WrongUseException(
          "--keep: the local stack is already running. Stop it with `scripts/millrace down` first");
    }
    if (!runner.equals("direct") && !runner.equals("flink")) {
      throw new WrongUseException("--runner: expected direct or flink, found " + runner);
    }
    Path directory = keep ? MillraceHome.data() : temporary();
    Demo demo =
        new Demo(
            events, generator, flags -> pipeline(flags, directory), directory, System.err::println);
    return ShutdownHook.whileRunning(demo::stop, () -> run(demo, directory));
  }

  private PipelineRun pipeline(List<String> flags, Path directory) {
    if (runner.equals("flink")) {
      return ClusterPipeline.start(directory.resolve("flink-demo"), flags, System.err::println);
    }
    Launch launch = Launch.of(Launch.parse(DirectDefaults.addTo(flags)));
    System.err.println(launch.route());
    return DirectPipeline.start(launch);
  }

  private int run(Demo demo, Path directory) {
    try {
      LocalStack stack = start(directory);
      try {
        if (keep) {
          LocalStack.writeState(stack, List.of(), directory);
        }
        DemoReport report = demo.run(stack);
        System.out.println(json ? report.toJson() : report.toText());
        return report.ok() ? 0 : ExitCodes.FAILED;
      } finally {
        if (keep) {
          System.err.println("the servers keep running; `scripts/millrace down` stops them");
        } else {
          stack.close();
        }
      }
    } finally {
      if (!keep) {
        delete(directory);
      }
    }
  }

  private LocalStack start(Path directory) {
    LocalStack.Builder builder = LocalStack.builder();
    if (servers.clickHouse.isEmpty()) {
      builder.clickHousePasswordFile(StackPassword.fileIn(directory));
    } else {
      StackPassword.fileFor(MillraceHome.data(), servers.clickHouse.replaceAll("^https?://|/$", ""))
          .ifPresent(builder::clickHousePasswordFile);
    }
    return builder
        .dataDirectory(directory)
        .externalKafka(servers.kafka)
        .externalClickHouse(servers.clickHouse)
        .lifetime(keep ? Lifetime.DETACHED : Lifetime.WITH_PARENT)
        .progress(System.err::println)
        .start();
  }

  private static Path temporary() {
    try {
      Files.createDirectories(MillraceHome.data());
      return Files.createTempDirectory(MillraceHome.data(), "demo-");
    } catch (IOException e) {
      throw new WrongUseException("cannot write to " + MillraceHome.data() + ": " + e.getMessage());
    }
  }

  private static void delete(Path directory) {
    try {
      LocalFiles.deleteTree(directory);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot delete " + directory, e);
    }
  }
}
