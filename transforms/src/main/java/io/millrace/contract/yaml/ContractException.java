package io.millrace.contract.yaml;

import java.util.List;

/** A contract that cannot be used. Carries every mistake found, one line each. */
public final class ContractException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final List<String> mistakes;

  ContractException(List<String> mistakes) {
    super(String.join("\n", mistakes));
    this.mistakes = List.copyOf(mistakes);
  }

  /** One line for each mistake: file, path, what was found and what was expected. */
  public List<String> mistakes() {
    return mistakes;
  }
}
