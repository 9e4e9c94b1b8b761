package io.millrace.cli;

import io.millrace.cli.audit.AuditCommand;
import io.millrace.cli.dataflow.LaunchDataflowCommand;
import io.millrace.cli.demo.DemoCommand;
import io.millrace.cli.flink.SavepointCommand;
import io.millrace.cli.flink.SubmitFlinkCommand;
import io.millrace.cli.flink.UpgradeCommand;
import io.millrace.cli.generate.GenerateCommand;
import io.millrace.cli.stack.DownCommand;
import io.millrace.cli.stack.StatusCommand;
import io.millrace.cli.stack.UpCommand;
import io.millrace.cli.support.CommandErrors;
import io.millrace.cli.support.Measurements;
import io.millrace.local.StackPassword;
import io.millrace.local.process.MillraceHome;
import io.millrace.pipeline.ExitCodes;
import java.util.Comparator;
import java.util.List;
import java.util.ServiceLoader;
import java.util.Set;
import picocli.CommandLine;
import picocli.CommandLine.Command;

/** The command {@code scripts/millrace} and its sub-commands. */
@Command(
    name = "millrace",
    mixinStandardHelpOptions = true,
    description =
        "Telemetry from Kafka, Pub/Sub or files into ClickHouse or BigQuery, every record accounted"
            + " for.",
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
      SubmitFlinkCommand.class,
      SavepointCommand.class,
      UpgradeCommand.class,
      LaunchDataflowCommand.class,
      BenchCommand.class,
      CommandLine.HelpCommand.class
    },
    footer = {
      "",
      "Example: scripts/millrace demo",
      "Each command explains itself: scripts/millrace demo --help"
    })
public final class Millrace {
  private static final String BENCH = "bench";

  /** Their flags are those of a Flink job, and what Beam logs of one is reported by the command. */
  private static final Set<String> ON_FLINK = Set.of("submit-flink", "savepoint", "upgrade");

  /** They reach no ClickHouse from here. */
  private static final Set<String> WITHOUT_STACK = Set.of(BENCH, "launch-dataflow");

  private Millrace() {}

  /** Runs one sub-command and exits with its code. */
  public static void main(String[] args) {
    String command = args.length == 0 ? "" : args[0];
    configureLog(command);
    List<String> problems = EarlyFlagCheck.problems(args);
    if (!problems.isEmpty()) {
      System.exit(ExitCodes.report(problems, System.err::println));
    }
    CommandLine commandLine = commandLine();
    if (args.length == 0) {
      commandLine.usage(System.err);
      System.exit(ExitCodes.WRONG_USE);
    }
    System.exit(
        commandLine.execute(
            WITHOUT_STACK.contains(command)
                ? args
                : StackPassword.addTo(args, MillraceHome.data())));
  }

  /** Not logback.xml: jars of the runners on the class path have one for their own programs. */
  private static void configureLog(String command) {
    if (ON_FLINK.contains(command)) {
      System.getProperties().putIfAbsent("millrace.beam.log", "ERROR");
    }
    System.getProperties()
        .putIfAbsent(
            "logback.configurationFile",
            command.equals(BENCH) ? "bench-logback.xml" : "cli-logback.xml");
  }

  /** The command with all that is on the class path below it. */
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
