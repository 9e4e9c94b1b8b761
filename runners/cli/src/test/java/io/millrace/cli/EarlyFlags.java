package io.millrace.cli;

import java.util.List;

/** The check of flags before a command starts, for tests in other packages. */
public final class EarlyFlags {
  private EarlyFlags() {}

  /** The problems of a command's arguments, one line each. */
  public static List<String> problems(List<String> args) {
    return EarlyFlagCheck.problems(args.toArray(String[]::new));
  }
}
