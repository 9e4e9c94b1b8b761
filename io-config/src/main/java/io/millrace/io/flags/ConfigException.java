package io.millrace.io.flags;

import java.util.List;

/** Thrown if flags are invalid. Lists every problem, one line each. */
public final class ConfigException extends RuntimeException {
  private final List<String> problems;

  public ConfigException(List<String> problems) {
    super(String.join("\n", problems));
    this.problems = List.copyOf(problems);
  }

  /** One line each: what is wrong, where, and what to do. */
  public List<String> problems() {
    return problems;
  }
}
