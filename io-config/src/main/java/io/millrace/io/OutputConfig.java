package io.millrace.io;

import io.millrace.contract.Contract;
import io.millrace.event.Clock;
import io.millrace.event.DeadLetterFactory;
import java.io.Serializable;

/** Validated configuration of one {@code --output}. Opens no connection. */
public interface OutputConfig extends Serializable {
  /** The address for display, without secrets. */
  String address();

  /**
   * Creates the sink. Opens no connection.
   *
   * @param deadLetterTable whether to write dead letters to their table; if not, they are only
   *     counted and audited, and the table may be missing
   */
  Sink open(Contract contract, DeadLetterFactory deadLetters, Clock clock, boolean deadLetterTable);
}
