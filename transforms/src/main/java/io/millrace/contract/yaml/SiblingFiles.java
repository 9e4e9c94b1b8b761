package io.millrace.contract.yaml;

import java.io.IOException;

/** Reads the files that a contract names, such as the schema of its format. */
public interface SiblingFiles {
  /**
   * The content of a file.
   *
   * @param name an absolute path, or one relative to the contract's directory
   */
  byte[] read(String name) throws IOException;
}
