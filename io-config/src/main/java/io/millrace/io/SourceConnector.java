package io.millrace.io;

import io.millrace.io.flags.FlagReader;
import org.checkerframework.checker.nullness.qual.Nullable;

/** A system that records are read from. */
public interface SourceConnector extends Connector {
  /** The form of its URLs in {@code --input}, for messages. */
  String inputForm();

  /**
   * Reads a URL of its scheme.
   *
   * @throws IllegalArgumentException in one line, without secrets, if the URL is wrong
   */
  SourceAddress parseInput(String url);

  /**
   * Applies its flags to the input. A flag that is given for the input of another system is a
   * problem.
   *
   * @param input the address, also one of another system; null if it is missing or wrong
   * @param flags collects the problems
   * @return the address as the flags say; another system's as it is
   */
  default @Nullable SourceAddress configure(@Nullable SourceAddress input, FlagReader flags) {
    return input;
  }
}
