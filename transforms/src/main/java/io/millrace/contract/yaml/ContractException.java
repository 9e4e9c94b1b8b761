package io.millrace.contract.yaml;

import java.util.List;

/** Thrown for an invalid contract, with all its problems. */
public final class ContractException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final List<String> problems;

  ContractException(List<String> problems) {
    super(String.join("\n", problems));
    this.problems = List.copyOf(problems);
  }

  /** One line for each problem: file, path, what was expected and what was found. */
  public List<String> problems() {
    return problems;
  }
}
