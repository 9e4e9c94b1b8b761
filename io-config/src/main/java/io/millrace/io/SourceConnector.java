package io.millrace.io;

import io.millrace.io.flags.FlagReader;
import org.checkerframework.checker.nullness.qual.Nullable;

/** A system that Millrace reads records from. */
public interface SourceConnector extends Connector {
  /** The URL pattern in {@code --input}, for messages. */
  String inputForm();

  /**
   * Parses a URL of its scheme.
   *
   * @throws IllegalArgumentException in one line, without secrets, if the URL is invalid
   */
  SourceAddress parseInput(String url);

  /**
   * Applies its flags to the input. A flag given for another system's input is a problem.
   *
   * @param input any system's address; null if it is missing or invalid
   * @param flags collects the problems
   * @return the configured address; another system's address unchanged
   */
  default @Nullable SourceAddress configure(@Nullable SourceAddress input, FlagReader flags) {
    return input;
  }
}
