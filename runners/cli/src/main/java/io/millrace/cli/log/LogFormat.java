package io.millrace.cli.log;

import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import org.checkerframework.checker.nullness.qual.Nullable;

/** The form of a command's log on standard error. */
public enum LogFormat {
  /** For people. */
  TEXT,
  /** One JSON object a line, also for what the command itself prints on standard error. */
  JSON;

  /** The property with the contract of a run that has only one. */
  static final String CONTRACT = "millrace.log.contract";

  /** The flag of {@code run}. */
  public static final String FLAG = "--logFormat";

  /** The variable in the environment, for every command. */
  static final String VARIABLE = "MILLRACE_LOG_FORMAT";

  /** The problems of the flag and of the variable, one line each. */
  public static List<String> problems(List<String> args, @Nullable String variable) {
    String flag = flag(args);
    if (flag != null) {
      return problems(FLAG, flag);
    }
    return variable == null || variable.isEmpty() ? List.of() : problems(VARIABLE, variable);
  }

  /** The same with the variable of this process. */
  public static List<String> problems(List<String> args) {
    return problems(args, System.getenv(VARIABLE));
  }

  private static List<String> problems(String place, String value) {
    return find(value) == null
        ? List.of(place + ": expected text or json, found `" + value + "`")
        : List.of();
  }

  /** The format that the flag asks for, else the variable; else text. */
  static LogFormat of(List<String> args, @Nullable String variable) {
    String flag = flag(args);
    String asked = flag == null ? variable : flag;
    LogFormat found = asked == null ? null : find(asked);
    return found == null ? TEXT : found;
  }

  /**
   * Makes standard error a stream of JSON objects, if that is asked for. Call it before anything is
   * logged.
   *
   * @return the configuration of the log; null: that of text
   */
  public static @Nullable String configure(List<String> args) {
    if (of(args, System.getenv(VARIABLE)) == TEXT) {
      return null;
    }
    // A progress line that is written again in its place is no event.
    System.setProperty("millrace.terminal", "false");
    System.setErr(new PrintStream(new JsonLines(System.err), true, StandardCharsets.UTF_8));
    return "cli-json-logback.xml";
  }

  /** Gives all events of a run its contract, if it has only one. */
  public static void addContract(List<String> contracts) {
    if (contracts.size() == 1) {
      System.setProperty(CONTRACT, contracts.get(0));
    } else {
      System.clearProperty(CONTRACT);
    }
  }

  private static @Nullable String flag(List<String> args) {
    for (int i = 0; i < args.size(); i++) {
      if (args.get(i).startsWith(FLAG + "=")) {
        return args.get(i).substring(FLAG.length() + 1);
      }
      if (args.get(i).equals(FLAG) && i + 1 < args.size()) {
        return args.get(i + 1);
      }
    }
    return null;
  }

  private static @Nullable LogFormat find(String value) {
    return switch (value.toLowerCase(Locale.ROOT)) {
      case "text" -> TEXT;
      case "json" -> JSON;
      default -> null;
    };
  }
}
