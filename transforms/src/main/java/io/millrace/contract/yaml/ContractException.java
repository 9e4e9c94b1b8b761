package io.millrace.contract.yaml;

import java.util.List;
import java.util.stream.Collectors;

/** Thrown for an invalid contract, with all its problems. */
public final class ContractException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final List<ContractProblem> problems;

  ContractException(ContractProblem problem) {
    this(List.of(problem));
  }

  /** The problems in the order of the file. */
  ContractException(List<ContractProblem> problems) {
    super(problems.stream().map(ContractProblem::toString).collect(Collectors.joining("\n")));
    this.problems = List.copyOf(problems);
  }

  /** One line for each problem: file, line, column, path, what was expected and what was found. */
  public List<String> problems() {
    return problems.stream().map(ContractProblem::toString).toList();
  }
}
