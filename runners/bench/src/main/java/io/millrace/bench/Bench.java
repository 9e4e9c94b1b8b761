package io.millrace.bench;

import io.millrace.bench.cluster.RecoveryCommand;
import io.millrace.bench.cluster.SteadyCommand;
import io.millrace.bench.speed.ProfileCommand;
import io.millrace.bench.speed.ScalingCommand;
import io.millrace.bench.speed.SpeedCommand;
import java.io.PrintWriter;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.UnmatchedArgumentException;

/** The command {@code scripts/millrace bench}: one sub-command for each measurement. */
@Command(
    name = "bench",
    mixinStandardHelpOptions = true,
    description = {
      "Measures what a step costs, side by side with other ways to do the same; and proves what the"
          + " sink does when something breaks."
    },
    subcommands = {
      DedupeCommand.class,
      RollupsCommand.class,
      SinkCommand.class,
      EncodeCommand.class,
      SinkFaultsCommand.class,
      SinkKillsCommand.class,
      SpeedCommand.class,
      ScalingCommand.class,
      ProfileCommand.class,
      RecoveryCommand.class,
      SteadyCommand.class,
      CommandLine.HelpCommand.class
    },
    footer = {"", "Example: scripts/millrace bench dedupe"})
public final class Bench {
  /** Exit code of wrong use. */
  public static final int WRONG_USE = 2;

  /** Exit code of a measurement that misses its bar. */
  public static final int MISSED = 1;

  private Bench() {}

  /** Runs one measurement and exits with its code. */
  public static void main(String[] args) {
    // Not logback.xml: the modules that are measured bring one for their own command.
    System.getProperties().putIfAbsent("logback.configurationFile", "bench-logback.xml");
    CommandLine commandLine = commandLine();
    if (args.length == 0) {
      commandLine.usage(System.err);
      System.exit(WRONG_USE);
    }
    System.exit(commandLine.execute(args));
  }

  static CommandLine commandLine() {
    CommandLine commandLine = new CommandLine(new Bench());
    commandLine.setUsageHelpAutoWidth(true);
    commandLine.setParameterExceptionHandler((e, given) -> wrongUse(e));
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
    PrintWriter err = command.getErr();
    String message =
        e instanceof UnmatchedArgumentException unmatched
            ? "unknown option or argument: " + String.join(" ", unmatched.getUnmatched())
            : e.getMessage().lines().findFirst().orElse("wrong use");
    String name = command.getCommandSpec().qualifiedName(" ");
    err.println("millrace: " + message + "; see `scripts/millrace " + name + " --help`");
    return WRONG_USE;
  }
}
