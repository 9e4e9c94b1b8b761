package io.millrace.cli.support;

import io.millrace.flink.client.FlinkClientException;
import io.millrace.io.flags.ConfigException;
import io.millrace.local.process.LocalStackException;
import io.millrace.pipeline.ExitCodes;
import io.millrace.pipeline.FlagCheck;
import io.millrace.pipeline.WrongUseException;
import java.util.List;
import java.util.Map;
import org.apache.beam.sdk.Pipeline.PipelineExecutionException;
import org.checkerframework.checker.nullness.qual.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.UnmatchedArgumentException;

/** Reports errors of all commands: one line for each problem, and an exit code. */
public final class CommandErrors {
  /** Former options of launch-dataflow, by their current names. */
  private static final Map<String, String> RENAMED =
      Map.of(
          "--machine-type", "--workerMachineType",
          "--max-workers", "--maxNumWorkers",
          "--no-public-ips", "--usePublicIps=false");

  private CommandErrors() {}

  /** Installs the error handlers for a command and its sub-commands. */
  public static CommandLine handledIn(CommandLine commandLine) {
    commandLine.setUsageHelpAutoWidth(true);
    commandLine.setCaseInsensitiveEnumValuesAllowed(true);
    commandLine.setParameterExceptionHandler((e, given) -> wrongUse(e));
    commandLine.setExecutionExceptionHandler((e, command, parsed) -> failed(e, command));
    return commandLine;
  }

  /**
   * Checks an option's minimum.
   *
   * @throws ParameterException if the value is too small
   */
  public static void atLeast(CommandSpec command, String option, Number least, Number value) {
    if (value.doubleValue() < least.doubleValue()) {
      throw new ParameterException(
          command.commandLine(), option + ": expected at least " + least + ", found " + value);
    }
  }

  /**
   * Rejects a former spelling of an option.
   *
   * @throws ParameterException with the current spelling
   */
  public static void refuseOldSpelling(CommandSpec command, String argument) {
    String old = withoutValue(argument);
    String current = RENAMED.get(old);
    if (current == null && old.startsWith("--")) {
      current = "--" + FlagCheck.camelCase(old.substring(2));
      current = command.optionsMap().containsKey(current) && !current.equals(old) ? current : null;
    }
    if (current != null) {
      throw new ParameterException(
          command.commandLine(), "unknown option " + old + ": use " + current);
    }
  }

  private static int wrongUse(ParameterException e) {
    CommandLine command = e.getCommandLine();
    String message = e.getMessage().lines().findFirst().orElse("usage error");
    if (e instanceof UnmatchedArgumentException unmatched) {
      String argument = unmatched.getUnmatched().get(0);
      try {
        refuseOldSpelling(command.getCommandSpec(), argument);
        message = "unknown option or argument: " + withoutValue(argument);
      } catch (ParameterException old) {
        message = old.getMessage();
      }
    }
    String name = command.getCommandSpec().qualifiedName(" ");
    return ExitCodes.report(
        List.of(message + "; see `scripts/" + name + " --help`"), command.getErr()::println);
  }

  /** Omits a flag's value, which may be a secret. */
  private static String withoutValue(String argument) {
    int value = argument.indexOf('=');
    return value < 0 ? argument : argument.substring(0, value);
  }

  private static int failed(Exception e, CommandLine command) throws Exception {
    List<String> problems =
        e instanceof LocalStackException || e instanceof FlinkClientException
            ? e.getMessage().lines().toList()
            : ExitCodes.problems(e);
    if (problems != null) {
      int code = ExitCodes.report(problems, command.getErr()::println);
      boolean wrongUse = e instanceof ConfigException || e instanceof WrongUseException;
      return wrongUse || !isMeasurement(command) ? code : ExitCodes.FAILED;
    }
    List<String> cause = e instanceof PipelineExecutionException ? cause(e) : null;
    if (cause == null) {
      throw e;
    }
    ExitCodes.report(cause, command.getErr()::println);
    return ExitCodes.FAILED;
  }

  /** Measurements need no server of the user, so what stops one is a failure and no wrong use. */
  private static boolean isMeasurement(CommandLine command) {
    CommandLine parent = command.getParent();
    return parent != null && parent.getCommandName().equals("bench");
  }

  /** The problems in the outermost known cause of a pipeline's failure; null if unknown. */
  private static @Nullable List<String> cause(Throwable e) {
    for (Throwable cause = e.getCause(); cause != null; cause = cause.getCause()) {
      List<String> problems = ExitCodes.problems(cause);
      if (problems != null) {
        return problems;
      }
    }
    return null;
  }
}
