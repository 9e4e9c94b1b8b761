package io.millrace.io;

import java.util.List;

/**
 * What makes a sink's tables fit a contract.
 *
 * @param changes in the order in which they are made; empty if all that is not refused fits
 * @param refused one line for each difference that only a person can settle: where, what and why.
 *     Nothing is changed of a table that has one
 */
public record SinkMigration(List<Change> changes, List<String> refused) {
  /**
   * One change. It keeps every value, and whoever writes by an older contract can go on.
   *
   * @param where the table, column or view, for people
   * @param what happens there
   * @param statement what the sink is told to do, in its own language
   */
  public record Change(String where, String what, String statement) {
    @Override
    public String toString() {
      return where + ": " + what + ": " + statement;
    }
  }

  /** A migration that has nothing to do. */
  public static final SinkMigration NONE = new SinkMigration(List.of(), List.of());

  /** Copies the lists. */
  public SinkMigration {
    changes = List.copyOf(changes);
    refused = List.copyOf(refused);
  }
}
