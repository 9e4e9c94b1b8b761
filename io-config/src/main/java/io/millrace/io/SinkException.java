package io.millrace.io;

import java.util.List;

/** Thrown if a sink cannot be used. Lists every problem, one line each. */
public final class SinkException extends RuntimeException {
  private final List<String> problems;

  public SinkException(List<String> problems) {
    super(String.join("\n", problems));
    this.problems = List.copyOf(problems);
  }

  /** One line each: what is wrong, where, and what to do. */
  public List<String> problems() {
    return problems;
  }
}
