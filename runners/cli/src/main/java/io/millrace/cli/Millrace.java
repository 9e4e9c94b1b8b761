package io.millrace.cli;

import io.millrace.cli.audit.AuditCommand;
import io.millrace.cli.contract.ContractCommand;
import io.millrace.cli.contracttest.TestCommand;
import io.millrace.cli.dashboard.DashboardCommand;
import io.millrace.cli.dataflow.LaunchDataflowCommand;
import io.millrace.cli.deadletters.DeadLettersCommand;
import io.millrace.cli.demo.DemoCommand;
import io.millrace.cli.explain.ExplainCommand;
import io.millrace.cli.flink.SavepointCommand;
import io.millrace.cli.flink.SubmitFlinkCommand;
import io.millrace.cli.flink.UpgradeCommand;
import io.millrace.cli.generate.GenerateCommand;
import io.millrace.cli.init.InitCommand;
import io.millrace.cli.log.LogFormat;
import io.millrace.cli.metrics.BuildVersion;
import io.millrace.cli.stack.DownCommand;
import io.millrace.cli.stack.StatusCommand;
import io.millrace.cli.stack.UpCommand;
import io.millrace.cli.support.CommandErrors;
import io.millrace.cli.support.Measurements;
import io.millrace.local.StackPassword;
import io.millrace.local.process.ClassArchive;
import io.millrace.local.process.MillraceHome;
import io.millrace.pipeline.ExitCodes;
import io.millrace.pipeline.OptionsRegistry;
import java.util.Comparator;
import java.util.List;
import java.util.ServiceLoader;
import java.util.Set;
import org.checkerframework.checker.nullness.qual.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;

/** The command {@code scripts/millrace} and its sub-commands. */
@Command(
    name = "millrace",
    mixinStandardHelpOptions = true,
    versionProvider = BuildVersion.class,
    description =
        "Moves telemetry from Kafka, Pub/Sub or files to ClickHouse or BigQuery and accounts for"
            + " every event.",
    subcommands = {
      DemoCommand.class,
      UpCommand.class,
      DownCommand.class,
      StatusCommand.class,
      GenerateCommand.class,
      RunCommand.class,
      CheckCommand.class,
      MigrateCommand.class,
      AuditCommand.class,
      InitCommand.class,
      ContractCommand.class,
      ExplainCommand.class,
      DeadLettersCommand.class,
      TestCommand.class,
      SubmitFlinkCommand.class,
      SavepointCommand.class,
      UpgradeCommand.class,
      LaunchDataflowCommand.class,
      DashboardCommand.class,
      BenchCommand.class,
      CommandLine.HelpCommand.class
    },
    footer = {
      "",
      "Example: scripts/millrace demo",
      "Help on a command: scripts/millrace demo --help"
    })
public final class Millrace {
  private static final String BENCH = "bench";

  /**
   * Commands that, like {@code run --state}, report a Flink job's failures themselves, so Beam logs
   * errors only.
   */
  private static final Set<String> ON_FLINK = Set.of("submit-flink", "savepoint", "upgrade");

  /** Commands that do not connect to ClickHouse of the local stack. */
  private static final Set<String> WITHOUT_STACK =
      Set.of(BENCH, "launch-dataflow", "contract", "init", "test");

  private Millrace() {}

  /** Runs one sub-command and exits with its code. */
  public static void main(String[] args) {
    if (args.length > 0 && args[0].equals("run")) {
      OptionsRegistry.forOneParse();
    }
    int exitCode = run(args);
    if (exitCode == CommandLine.ExitCode.OK) {
      ClassArchive.writeIfAsked();
    }
    System.exit(exitCode);
  }

  /** Runs one sub-command and returns its exit code. */
  static int run(String... args) {
    String command = args.length == 0 ? "" : args[0];
    configureLog(command, EarlyFlagCheck.hasState(args), LogFormat.configure(List.of(args)));
    List<String> problems = EarlyFlagCheck.problems(args);
    if (!problems.isEmpty()) {
      return ExitCodes.report(problems, System.err::println);
    }
    CommandLine commandLine = commandLine();
    if (args.length == 0) {
      commandLine.usage(System.err);
      return ExitCodes.WRONG_USE;
    }
    return commandLine.execute(
        WITHOUT_STACK.contains(command) ? args : StackPassword.addTo(args, MillraceHome.data()));
  }

  /** Does not use logback.xml: the runners' jars on the class path contain their own. */
  private static void configureLog(String command, boolean state, @Nullable String format) {
    if (state || ON_FLINK.contains(command)) {
      System.getProperties().putIfAbsent("millrace.beam.log", "ERROR");
    }
    System.getProperties()
        .putIfAbsent(
            "logback.configurationFile",
            format != null
                ? format
                : command.equals(BENCH) ? "bench-logback.xml" : "cli-logback.xml");
  }

  /** The command with all sub-commands on the class path. */
  public static CommandLine commandLine() {
    CommandLine commandLine = new CommandLine(new Millrace());
    CommandLine bench = commandLine.getSubcommands().get(BENCH);
    ServiceLoader.load(Measurements.class).stream()
        .map(ServiceLoader.Provider::get)
        .sorted(Comparator.comparing(measurements -> measurements.getClass().getName()))
        .flatMap(measurements -> measurements.commands().stream())
        .forEach(bench::addSubcommand);
    return CommandErrors.handledIn(commandLine);
  }
}
