package io.millrace.cli;

import io.millrace.local.LocalStack;
import io.millrace.local.process.LocalStackException;

/** The rows that a run has written so far. */
final class TableRows {
  private TableRows() {}

  /** The number of rows of a table or view, {@code database.name}; 0 while it does not exist. */
  static long count(LocalStack stack, String table) {
    try {
      return Long.parseLong(stack.clickHouse().query("SELECT count() FROM " + table).strip());
    } catch (LocalStackException e) {
      return 0;
    }
  }
}
