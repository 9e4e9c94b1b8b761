package io.millrace.cli.demo;

import io.millrace.cli.generate.GeneratorMixin;
import io.millrace.cli.stack.StackMixin;
import io.millrace.cli.support.ShutdownHook;
import io.millrace.contract.yaml.ContractException;
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
import java.util.function.Function;
import org.checkerframework.checker.nullness.qual.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Runs and verifies a complete pipeline on this computer. */
@Command(
    name = "demo",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description =
        "Starts Kafka and ClickHouse, sends query events (including duplicate, late, erroneous and"
            + " malformed ones), runs the pipeline, prints query results and verifies every event."
            + " With --contract, sends that contract's sample events instead, and prints the"
            + " answers to its documented queries."
            + " Stops the servers when it finishes. Exit code: 0 if everything matches, 1 if not.",
    footer = {
      "",
      "Example: scripts/millrace demo --events=200000",
      "Example: scripts/millrace demo --runner=flink",
      "Example: scripts/millrace demo --contract=telegraf"
    })
public final class DemoCommand implements Callable<Integer> {
  /** Flags of the generated events. */
  private static final List<String> OF_GENERATOR =
      List.of(
          "--events",
          "--rate",
          "--seed",
          "--duplicates",
          "--late",
          "--errors",
          "--malformed",
          "--hotKey");

  @Option(
      names = "--events",
      defaultValue = "150000",
      description = "Total number of records to send. Default: ${DEFAULT-VALUE}")
  private long events;

  @Option(
      names = "--contract",
      paramLabel = "NAME|FILE",
      description =
          "A contract in test-data/contracts, by its name, or a contract's file: send its sample"
              + " events, each record twice.")
  private @Nullable String contract;

  @Option(
      names = "--sample",
      paramLabel = "FILE",
      description = "With --contract: the records to send, one a line. Default: the shipped ones")
  private @Nullable Path sample;

  @Spec private CommandSpec spec;

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
    if (contract != null) {
      return demonstrate(contract);
    }
    if (sample != null) {
      throw new WrongUseException("--sample: only with --contract");
    }
    Path directory = keep ? MillraceHome.data() : temporary();
    Demo demo =
        new Demo(
            events, generator, flags -> pipeline(flags, directory), directory, System.err::println);
    return ShutdownHook.whileRunning(demo::stop, () -> run(directory, demo::run));
  }

  /** A demo with the sample events of a contract. */
  private int demonstrate(String name) {
    for (String flag : OF_GENERATOR) {
      if (spec.commandLine().getParseResult().hasMatchedOption(flag)) {
        throw new WrongUseException(
            flag + ": only for the generated query events, not with --contract");
      }
    }
    Path directory = keep ? MillraceHome.data() : temporary();
    ContractDemo demo;
    try {
      demo =
          ContractDemo.of(name, sample, flags -> pipeline(flags, directory), System.err::println);
    } catch (WrongUseException | ContractException e) {
      if (!keep) {
        delete(directory);
      }
      throw e;
    }
    return ShutdownHook.whileRunning(demo::stop, () -> run(directory, demo::run));
  }

  private PipelineRun pipeline(List<String> flags, Path directory) {
    if (runner.equals("flink")) {
      return ClusterPipeline.start(directory.resolve("flink-demo"), flags, System.err::println);
    }
    Launch launch = Launch.of(Launch.parse(DirectDefaults.addTo(flags)));
    System.err.println(launch.route());
    return DirectPipeline.start(launch);
  }

  private int run(Path directory, Function<LocalStack, DemoResult> demo) {
    try {
      LocalStack stack = start(directory);
      try {
        if (keep) {
          LocalStack.writeState(stack, List.of(), directory);
        }
        DemoResult result = demo.apply(stack);
        System.out.println(json ? result.toJson() : result.toText());
        return result.ok() ? 0 : ExitCodes.FAILED;
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
