package io.millrace.deadletter;

import io.millrace.io.Connector;
import io.millrace.io.flags.FlagReader;

/** A system that dead letters can be sent to, besides the sinks' tables. */
public interface DeadLetterConnector extends Connector {
  /** The form of its URLs in {@code --deadLetters}, for messages. */
  String deadLetterForm();

  /** Whether its URLs may hold commas, which also separate places. */
  default boolean hasCommas() {
    return false;
  }

  /**
   * Reads a URL of its scheme.
   *
   * @param flags its flags; problems with them are reported elsewhere
   * @throws IllegalArgumentException in one line, without secrets, if the URL is wrong
   */
  DeadLetterOutput parseDeadLetters(String url, FlagReader flags);
}
