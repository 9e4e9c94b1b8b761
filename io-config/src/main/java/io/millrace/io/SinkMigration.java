package io.millrace.io;

import java.util.ArrayList;
import java.util.List;

/**
 * Changes that migrate a sink's tables to a contract.
 *
 * @param changes in the order of execution; empty if nothing can be changed
 * @param refused one line for each difference that needs a manual change: where, what and why. A
 *     table with such a difference is not changed
 */
public record SinkMigration(List<Change> changes, List<String> refused) {
  /**
   * One change. It keeps every value and does not break writers with an older contract.
   *
   * @param where the table, column or view, for display
   * @param what description of the change
   * @param statement the statement in the sink's language
   */
  public record Change(String where, String what, String statement) {
    @Override
    public String toString() {
      return where + ": " + what + ": " + statement;
    }
  }

  public static final SinkMigration NONE = new SinkMigration(List.of(), List.of());

  /** One migration of several, in their order. */
  public static SinkMigration of(Iterable<SinkMigration> parts) {
    List<Change> changes = new ArrayList<>();
    List<String> refused = new ArrayList<>();
    for (SinkMigration part : parts) {
      changes.addAll(part.changes);
      refused.addAll(part.refused);
    }
    return new SinkMigration(changes, refused);
  }

  public SinkMigration {
    changes = List.copyOf(changes);
    refused = List.copyOf(refused);
  }
}
