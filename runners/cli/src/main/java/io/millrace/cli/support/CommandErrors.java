package io.millrace.cli.support;

import io.millrace.flink.client.FlinkClientException;
import io.millrace.local.process.LocalStackException;
import io.millrace.pipeline.ExitCodes;
import java.util.List;
import org.apache.beam.sdk.Pipeline.PipelineExecutionException;
import org.checkerframework.checker.nullness.qual.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.UnmatchedArgumentException;

/** How every command reports errors: one line for each problem, with an exit code. */
public final class CommandErrors {
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

  private static int wrongUse(ParameterException e) {
    CommandLine command = e.getCommandLine();
    String message =
        e instanceof UnmatchedArgumentException unmatched
            ? "unknown option or argument: " + withoutValue(unmatched.getUnmatched().get(0))
            : e.getMessage().lines().findFirst().orElse("wrong use");
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
