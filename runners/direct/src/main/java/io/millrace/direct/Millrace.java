package io.millrace.direct;

import io.millrace.io.SinkException;
import io.millrace.io.SourceException;
import io.millrace.io.flags.ConfigException;
import io.millrace.local.Home;
import io.millrace.local.LocalStackException;
import io.millrace.local.StackPassword;
import java.io.PrintWriter;
import java.util.List;
import org.apache.beam.sdk.Pipeline.PipelineExecutionException;
import org.checkerframework.checker.nullness.qual.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.UnmatchedArgumentException;

/** The command {@code scripts/millrace}: its sub-commands, and how it speaks of mistakes. */
@Command(
    name = "millrace",
    mixinStandardHelpOptions = true,
    description = "Telemetry from Kafka or files into ClickHouse, every record accounted for.",
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
      CommandLine.HelpCommand.class
    },
    footer = {
      "",
      "Example: scripts/millrace demo",
      "Each command explains itself: --help",
      "Measurements are a program of their own: scripts/millrace bench --help",
      "So are jobs on Flink: scripts/millrace submit-flink --help, savepoint, upgrade",
      "And launching on Google Dataflow: scripts/millrace launch-dataflow --help"
    })
final class Millrace {
  /** Exit code of wrong use. */
  static final int WRONG_USE = 2;

  /** Exit code of a run that did not come out as it should. */
  static final int FAILED = 1;

  private Millrace() {}

  /** Runs one sub-command and exits with its code. */
  public static void main(String[] args) {
    List<String> problems = EarlyRefusal.problems(args);
    if (!problems.isEmpty()) {
      problems.forEach(problem -> System.err.println("millrace: " + problem));
      System.exit(WRONG_USE);
    }
    CommandLine commandLine = commandLine();
    if (args.length == 0) {
      commandLine.usage(System.err);
      System.exit(WRONG_USE);
    }
    System.exit(commandLine.execute(StackPassword.addTo(args, Home.data())));
  }

  static CommandLine commandLine() {
    CommandLine commandLine = new CommandLine(new Millrace());
    commandLine.setUsageHelpAutoWidth(true);
    commandLine.setCaseInsensitiveEnumValuesAllowed(true);
    commandLine.setParameterExceptionHandler((e, given) -> wrongUse(e));
    commandLine.setExecutionExceptionHandler((e, command, parsed) -> failed(e, command));
    return commandLine;
  }

  private static int wrongUse(ParameterException e) {
    CommandLine command = e.getCommandLine();
    PrintWriter err = command.getErr();
    String message =
        e instanceof UnmatchedArgumentException unmatched
            ? "unknown option or argument: " + named(unmatched.getUnmatched())
            : e.getMessage().lines().findFirst().orElse("wrong use");
    String name = command.getCommandSpec().qualifiedName(" ");
    err.println("millrace: " + message + "; see `scripts/" + name + " --help`");
    return WRONG_USE;
  }

  /** Flags without their values, which may be secrets; words only where they would be commands. */
  private static String named(List<String> unmatched) {
    String first = unmatched.get(0);
    int value = first.indexOf('=');
    return value < 0 ? first : first.substring(0, value);
  }

  /** What ended a pipeline, however deep a runner has wrapped it; null: nobody knows. */
  private static @Nullable String explanation(Throwable e) {
    for (Throwable cause = e.getCause(); cause != null; cause = cause.getCause()) {
      if (cause instanceof SourceException || cause instanceof SinkException) {
        return cause.getMessage();
      }
    }
    return null;
  }

  private static int failed(Exception e, CommandLine command) throws Exception {
    PrintWriter err = command.getErr();
    List<String> lines;
    if (e instanceof ConfigException config) {
      lines = config.problems();
    } else if (e instanceof SinkException sink) {
      lines = sink.problems();
    } else if (e instanceof LocalStackException
        || e instanceof WrongUseException
        || e instanceof SourceException) {
      lines = e.getMessage().lines().toList();
    } else if (e instanceof PipelineExecutionException && explanation(e) != null) {
      err.println("millrace: " + explanation(e));
      return FAILED;
    } else {
      throw e;
    }
    lines.forEach(line -> err.println("millrace: " + line));
    return WRONG_USE;
  }
}
