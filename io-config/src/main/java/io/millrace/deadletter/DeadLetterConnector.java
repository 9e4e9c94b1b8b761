package io.millrace.deadletter;

import io.millrace.io.Connector;
import io.millrace.io.flags.FlagReader;

/** A system that can receive dead letters besides the sinks' tables. */
public interface DeadLetterConnector extends Connector {
  /** The URL pattern in {@code --deadLetters}, for messages. */
  String deadLetterForm();

  /** Whether its URLs may contain commas, which also separate destinations. */
  default boolean hasCommas() {
    return false;
  }

  /**
   * Parses a URL of its scheme.
   *
   * @param flags its flags, which are validated elsewhere
   * @throws IllegalArgumentException in one line, without secrets, if the URL is invalid
   */
  DeadLetterOutput parseDeadLetters(String url, FlagReader flags);
}
