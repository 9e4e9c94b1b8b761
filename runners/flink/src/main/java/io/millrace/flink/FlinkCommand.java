package io.millrace.flink;

import io.millrace.io.SinkException;
import io.millrace.io.SourceException;
import io.millrace.io.flags.ConfigException;
import io.millrace.local.Home;
import io.millrace.local.LocalStackException;
import io.millrace.local.StackPassword;
import io.millrace.pipeline.FlagCheck;
import java.io.PrintWriter;
import java.util.List;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.UnmatchedArgumentException;

/** What {@code scripts/millrace} does with a Flink cluster, and how it speaks of mistakes. */
@Command(
    name = "millrace",
    mixinStandardHelpOptions = true,
    description = "Jobs on a Flink cluster.",
    subcommands = {SubmitCommand.class, SavepointCommand.class, UpgradeCommand.class},
    footer = {"", "Example: scripts/millrace submit-flink --help"})
final class FlinkCommand {
  static final int WRONG_USE = 2;

  private FlinkCommand() {}

  /** Runs one command and exits with its code. */
  public static void main(String[] args) {
    // Not logback.xml: the job jar holds this module's resources, and a cluster has its own log.
    System.getProperties().putIfAbsent("logback.configurationFile", "submit-logback.xml");
    List<String> problems = refusal(args);
    if (!problems.isEmpty()) {
      problems.forEach(problem -> System.err.println("millrace: " + problem));
      System.exit(WRONG_USE);
    }
    System.exit(commandLine().execute(StackPassword.addTo(args, Home.data())));
  }

  /** What is wrong with a submission's flags and contract, before Beam and Flink are loaded. */
  private static List<String> refusal(String... args) {
    List<String> given = List.of(args);
    if (!given.contains("submit-flink") || given.contains("--help") || given.contains("-h")) {
      return List.of();
    }
    List<String> flags =
        given.stream().filter(f -> !f.equals("submit-flink") && !f.equals("--json")).toList();
    return FlagCheck.problems(flags, "FlinkRunner", true);
  }

  static CommandLine commandLine() {
    CommandLine commandLine = new CommandLine(new FlinkCommand());
    commandLine.setUsageHelpAutoWidth(true);
    commandLine.setParameterExceptionHandler((e, given) -> wrongUse(e));
    commandLine.setExecutionExceptionHandler((e, command, parsed) -> failed(e, command));
    return commandLine;
  }

  private static int wrongUse(ParameterException e) {
    CommandLine command = e.getCommandLine();
    // Values of flags are not repeated: they may be secrets.
    String message =
        e instanceof UnmatchedArgumentException
            ? "unknown option or argument"
            : e.getMessage().lines().findFirst().orElse("wrong use");
    String name = command.getCommandSpec().qualifiedName(" ");
    command.getErr().println("millrace: " + message + "; see `scripts/" + name + " --help`");
    return WRONG_USE;
  }

  private static int failed(Exception e, CommandLine command) throws Exception {
    List<String> lines;
    if (e instanceof LocalStackException) {
      lines = e.getMessage().lines().toList();
    } else if (e instanceof ConfigException
        || e instanceof SinkException
        || e instanceof SourceException) {
      lines = FlinkMain.lines((RuntimeException) e);
    } else {
      throw e;
    }
    PrintWriter err = command.getErr();
    lines.forEach(line -> err.println("millrace: " + line));
    return WRONG_USE;
  }
}
