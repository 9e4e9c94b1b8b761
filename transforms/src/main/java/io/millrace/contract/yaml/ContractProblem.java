package io.millrace.contract.yaml;

import java.io.Serializable;
import java.util.Comparator;

/**
 * A problem of a contract file.
 *
 * @param file the file's name
 * @param line from 1 on; 0: the problem belongs to the file as a whole
 * @param column from 1 on, in characters; 0: the problem belongs to the file as a whole
 * @param text the path in the contract, what was expected and what was found; one line
 */
public record ContractProblem(String file, int line, int column, String text)
    implements Serializable {
  static final Comparator<ContractProblem> IN_FILE_ORDER =
      Comparator.comparingInt(ContractProblem::line).thenComparingInt(ContractProblem::column);

  static ContractProblem ofFile(String file, String text) {
    return new ContractProblem(file, 0, 0, text);
  }

  /** The problem in the form that editors and terminals link: {@code file:line:column: text}. */
  @Override
  public String toString() {
    return line == 0 ? file + ": " + text : "%s:%d:%d: %s".formatted(file, line, column, text);
  }
}
