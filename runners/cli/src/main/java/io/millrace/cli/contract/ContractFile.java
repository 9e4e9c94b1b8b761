package io.millrace.cli.contract;

import io.millrace.contract.Contract;
import io.millrace.contract.yaml.ContractException;
import io.millrace.contract.yaml.ContractLoader;
import io.millrace.pipeline.WrongUseException;
import java.nio.file.Path;

/** Loads the contract that a command names. */
public final class ContractFile {
  private ContractFile() {}

  /**
   * Loads a contract.
   *
   * @throws WrongUseException with every problem of the contract
   */
  public static Contract load(Path file) {
    try {
      return ContractLoader.load(file);
    } catch (ContractException e) {
      throw new WrongUseException(String.join("\n", e.problems()));
    }
  }
}
