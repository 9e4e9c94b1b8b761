package io.millrace.deadletter;

import io.millrace.io.Connector;
import io.millrace.io.SourceAddress;
import io.millrace.io.flags.FlagReader;
import org.checkerframework.checker.nullness.qual.Nullable;

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
   * @param input the run's input, with its flags applied; null if there is none or it is unknown
   * @param flags its flags; those that belong to dead letters only are validated here
   * @throws IllegalArgumentException in one line, without secrets, if the URL is invalid
   */
  DeadLetterOutput parseDeadLetters(String url, @Nullable SourceAddress input, FlagReader flags);
}
