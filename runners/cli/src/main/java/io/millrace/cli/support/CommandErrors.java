package io.millrace.cli.support;

import io.millrace.flink.client.FlinkClientException;
import io.millrace.local.process.LocalStackException;
import io.millrace.pipeline.ExitCodes;
import io.millrace.pipeline.FlagCheck;
import java.util.List;
import java.util.Map;
import org.apache.beam.sdk.Pipeline.PipelineExecutionException;
import org.checkerframework.checker.nullness.qual.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.UnmatchedArgumentException;

/** How every command reports errors: one line for each problem, with an exit code. */
public final class CommandErrors {
  /** Options of launch-dataflow that have Beam's names now. */
  private static final Map<String, String> RENAMED =
      Map.of(
          "--machine-type", "--workerMachineType",
          "--max-workers", "--maxNumWorkers",
          "--no-public-ips", "--usePublicIps=false");

  private CommandErrors() {}

  /** The same command with its errors, and those of all below it, handled. */
  public static CommandLine handledIn(CommandLine commandLine) {
    commandLine.setUsageHelpAutoWidth(true);
    commandLine.setCaseInsensitiveEnumValuesAllowed(true);
    commandLine.setParameterExceptionHandler((e, given) -> wrongUse(e));
    commandLine.setExecutionExceptionHandler((e, command, parsed) -> failed(e, command));
    return commandLine;
  }

  /**
   * Refuses an option's value that is too small.
   *
   * @throws ParameterException if it is
   */
  public static void atLeast(CommandSpec command, String option, Number least, Number value) {
    if (value.doubleValue() < least.doubleValue()) {
      throw new ParameterException(
          command.commandLine(), option + ": expected at least " + least + ", found " + value);
    }
  }

  /**
   * Refuses an option that is known by another spelling.
   *
   * @throws ParameterException that names the spelling of today
   */
  public static void refuseOldSpelling(CommandSpec command, String argument) {
    String old = withoutValue(argument);
    String today = RENAMED.get(old);
    if (today == null && old.startsWith("--")) {
      today = "--" + FlagCheck.camelCase(old.substring(2));
      today = command.optionsMap().containsKey(today) && !today.equals(old) ? today : null;
    }
    if (today != null) {
      throw new ParameterException(
          command.commandLine(), "unknown option " + old + ": use " + today);
    }
  }

  private static int wrongUse(ParameterException e) {
    CommandLine command = e.getCommandLine();
    String message = e.getMessage().lines().findFirst().orElse("wrong use");
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

  /** A flag's value may be a secret. */
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
      return ExitCodes.report(problems, command.getErr()::println);
    }
    List<String> cause = e instanceof PipelineExecutionException ? cause(e) : null;
    if (cause == null) {
      throw e;
    }
    ExitCodes.report(cause, command.getErr()::println);
    return ExitCodes.FAILED;
  }

  /** What ended a pipeline, however deep a runner has wrapped it; null: unknown. */
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
