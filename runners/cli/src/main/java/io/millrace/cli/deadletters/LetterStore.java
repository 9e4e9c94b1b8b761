package io.millrace.cli.deadletters;

import io.millrace.cli.explain.StoredDeadLetter;
import java.util.function.Consumer;

/** A place that keeps dead letters: a table, a topic or files. Reading changes nothing. */
interface LetterStore {
  /** The address for display, without secrets. */
  String address();

  /**
   * Passes the dead letters that a filter takes to a receiver, one by one. A topic and files may
   * hold a dead letter several times; all of them are passed.
   *
   * @param values whether to read their bytes, if that costs anything
   * @throws io.millrace.pipeline.WrongUseException in one line, if it cannot be read
   */
  void read(LetterFilter filter, boolean values, Consumer<StoredDeadLetter> letters);
}
