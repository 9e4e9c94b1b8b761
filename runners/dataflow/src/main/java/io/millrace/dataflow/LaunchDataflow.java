package io.millrace.dataflow;

import java.io.PrintWriter;
import java.util.List;
import picocli.CommandLine;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.UnmatchedArgumentException;

/** The command {@code scripts/millrace launch-dataflow}: how it starts, and speaks of mistakes. */
public final class LaunchDataflow {
  private LaunchDataflow() {}

  /** Runs the command and exits with its code. */
  public static void main(String[] args) {
    System.exit(commandLine(System.getenv("PATH")).execute(args));
  }

  static CommandLine commandLine(String searchPath) {
    CommandLine commandLine = new CommandLine(new LaunchDataflowCommand(searchPath));
    commandLine.setUsageHelpAutoWidth(true);
    commandLine.setCaseInsensitiveEnumValuesAllowed(true);
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
    command
        .getErr()
        .println("millrace: " + message + "; see `scripts/millrace launch-dataflow --help`");
    return DataflowMain.WRONG_USE;
  }

  private static int failed(Exception e, CommandLine command) throws Exception {
    List<String> lines = Refusal.lines(e);
    if (lines == null) {
      throw e;
    }
    PrintWriter err = command.getErr();
    lines.forEach(line -> err.println("millrace: " + line));
    return DataflowMain.WRONG_USE;
  }
}
