package io.millrace.cli;

import io.millrace.cli.flink.SubmitFlinkCommand;
import io.millrace.cli.log.LogFormat;
import io.millrace.cli.metrics.MetricsAddress;
import io.millrace.pipeline.FlagCheck;
import java.lang.reflect.Field;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import picocli.CommandLine.Option;

/**
 * Validates flags and contract before picocli and Beam are loaded, so that a user sees problems
 * within a second. Covers only commands that take the flags of a run.
 */
final class EarlyFlagCheck {
  private static final String FLINK = "FlinkRunner";

  private EarlyFlagCheck() {}

  /** The problems, one line each; empty if there is none or the command itself reports it. */
  static List<String> problems(String... args) {
    if (args.length == 0) {
      return List.of();
    }
    return switch (args[0]) {
      case "run" -> problems(args, RunCommand.class, hasState(args) ? FLINK : "DirectRunner", true);
      case "check" -> problems(args, CheckCommand.class, "DirectRunner", true);
      case "migrate" -> problems(args, MigrateCommand.class, "DirectRunner", false);
      case "submit-flink" -> problems(args, SubmitFlinkCommand.class, FLINK, true);
      default -> List.of();
    };
  }

  /** Whether the command is {@code run --state}. */
  static boolean hasState(String... args) {
    return args.length > 0
        && args[0].equals("run")
        && Arrays.stream(args).anyMatch(arg -> arg.equals("--state") || arg.startsWith("--state="));
  }

  private static List<String> problems(
      String[] args, Class<?> command, String runner, boolean needsInput) {
    Set<String> own = options(command);
    List<String> flags = new ArrayList<>();
    for (String arg : List.of(args).subList(1, args.length)) {
      if (arg.equals("-h") || arg.equals("--help")) {
        return List.of();
      }
      int equals = arg.indexOf('=');
      if (!own.contains(equals < 0 ? arg : arg.substring(0, equals))) {
        flags.add(arg);
      }
    }
    List<String> problems = new ArrayList<>(FlagCheck.problems(flags, runner, needsInput));
    if (own.contains(MetricsAddress.PORT)) {
      problems.addAll(MetricsAddress.problems(List.of(args)));
      problems.addAll(LogFormat.problems(List.of(args)));
    }
    return problems;
  }

  /** The options that the command itself declares. */
  private static Set<String> options(Class<?> command) {
    Set<String> names = new HashSet<>();
    for (Field field : command.getDeclaredFields()) {
      Option option = field.getAnnotation(Option.class);
      if (option != null) {
        names.addAll(List.of(option.names()));
      }
    }
    return names;
  }
}
