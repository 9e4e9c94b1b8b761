package io.millrace.io;

import io.millrace.contract.Contract;
import io.millrace.event.Clock;
import io.millrace.event.DeadLetterFactory;
import java.io.Serializable;

/** One of the places where rows go, as the flags name it: complete and valid, not yet touched. */
public interface OutputConfig extends Serializable {
  /** The address for people, without secrets. */
  String address();

  /**
   * The sink that writes there. Touches nothing.
   *
   * @param contract whose tables they are
   * @param deadLetters makes what becomes of a row that is refused
   * @param clock the worker's clock
   * @param deadLetterTable whether dead letters are written to their table; without it they are
   *     counted and audited alone, and the table need not be there
   */
  Sink open(Contract contract, DeadLetterFactory deadLetters, Clock clock, boolean deadLetterTable);
}
