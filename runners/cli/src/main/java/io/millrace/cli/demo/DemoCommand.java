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
import io.millrace.local.process.ChildProcess;
import io.millrace.local.process.Lifetime;
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

/** Everything in one go on this computer. */
@Command(
    name = "demo",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description =
        "Everything in one go: starts Kafka and ClickHouse, sends query events with duplicates,"
            + " late, erroneous and malformed ones among them, runs the pipeline, prints answers"
            + " and checks every event against the truth. Leaves nothing running. Exit code 0 only"
            + " if all of it agrees.",
    footer = {
      "",
      "Example: scripts/millrace demo --events=200000",
      "Example: scripts/millrace demo --runner=flink"
    })
public final class DemoCommand implements Callable<Integer> {
  @Option(
      names = "--events",
      defaultValue = "150000",
      description = "Records to send in all. Default: ${DEFAULT-VALUE}")
  private long events;

  @Option(
      names = "--runner",
      defaultValue = "direct",
      paramLabel = "direct|flink",
      description =
          "What runs the pipeline: this process, or a Flink cluster of processes of its own."
              + " Default: ${DEFAULT-VALUE}")
  private String runner;

  @Mixin private GeneratorMixin generator;
  @Mixin private StackMixin servers;

  @Option(
      names = "--keep",
      description = "Leave Kafka and ClickHouse running, with the data in them.")
  private boolean keep;

  @Option(names = "--json", description = "Print the outcome as one JSON object.")
  private boolean json;

  @Override
  public Integer call() {
    if (events < 1) {
      throw new WrongUseException("--events: expected at least 1, found " + events);
    }
    if (keep && LocalStack.status(MillraceHome.data()).stream().anyMatch(ServerStatus::running)) {
      throw new WrongUseException(
          "the local stack is already up, so --keep could not keep another:"
              + " `scripts/millrace down` stops it");
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
          LocalStack.writeState(stack, directory);
        }
        DemoReport report = demo.run(stack);
        System.out.println(json ? report.toJson() : report.toText());
        return report.ok() ? 0 : ExitCodes.FAILED;
      } finally {
        if (keep) {
          System.err.println("the servers are left running: `scripts/millrace down` stops them");
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
      ChildProcess.deleteTree(directory);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot delete " + directory, e);
    }
  }
}
