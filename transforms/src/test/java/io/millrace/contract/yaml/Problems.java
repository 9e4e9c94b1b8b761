package io.millrace.contract.yaml;

import java.util.List;

/** The problems of a contract, for tests of what they say and not of where they are. */
public final class Problems {
  private Problems() {}

  /** Each problem as {@code file: path: message}. */
  public static List<String> withoutPositions(ContractException e) {
    return e.problems().stream().map(p -> p.replaceFirst(":[0-9]+:[0-9]+: ", ": ")).toList();
  }
}
