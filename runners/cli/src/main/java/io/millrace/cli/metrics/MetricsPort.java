package io.millrace.cli.metrics;

import io.millrace.pipeline.WrongUseException;
import java.util.List;

/** The port of a run's metrics. */
public final class MetricsPort {
  /** The flag with the port. */
  public static final String FLAG = "--metricsPort";

  private static final int HIGHEST = 65_535;

  private MetricsPort() {}

  /** The problems of the flag among arguments, one line each; at most one. */
  public static List<String> problems(List<String> args) {
    for (int i = 0; i < args.size(); i++) {
      String value = null;
      if (args.get(i).startsWith(FLAG + "=")) {
        value = args.get(i).substring(FLAG.length() + 1);
      } else if (args.get(i).equals(FLAG) && i + 1 < args.size()) {
        value = args.get(i + 1);
      }
      if (value != null && !isValid(value)) {
        return List.of(problem(value));
      }
    }
    return List.of();
  }

  /**
   * The port that the flag asks for; 0: any free one.
   *
   * @throws WrongUseException in one line, if it is none
   */
  static int parse(String value) {
    if (!isValid(value)) {
      throw new WrongUseException(problem(value));
    }
    return Integer.parseInt(value);
  }

  private static boolean isValid(String value) {
    try {
      int port = Integer.parseInt(value);
      return port >= 0 && port <= HIGHEST;
    } catch (NumberFormatException e) {
      return false;
    }
  }

  private static String problem(String value) {
    return FLAG + ": expected a port from 0 to " + HIGHEST + ", found `" + value + "`";
  }
}
