package io.millrace.io.flags;

import java.util.List;

/** Flags that cannot be used. Carries every mistake, one line each. */
public final class ConfigException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final List<String> mistakes;

  /** Wraps the mistakes found. */
  public ConfigException(List<String> mistakes) {
    super(String.join("\n", mistakes));
    this.mistakes = List.copyOf(mistakes);
  }

  /** One line each: what is wrong, where, and what to do. */
  public List<String> mistakes() {
    return mistakes;
  }
}
