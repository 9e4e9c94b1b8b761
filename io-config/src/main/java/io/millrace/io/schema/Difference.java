package io.millrace.io.schema;

import io.millrace.io.SinkMigration;
import io.millrace.io.schema.Remedy.Change;
import io.millrace.io.schema.Remedy.Refuse;

/**
 * A difference between a sink's tables and those that a contract needs.
 *
 * @param table the table's name, also for a difference in one of its views; empty: the database
 * @param where the table, column or view, for people
 * @param what what was expected and what was found
 * @param effect what it means for a run
 * @param remedy what can be done about it
 */
public record Difference(String table, String where, String what, Effect effect, Remedy remedy) {
  /** What a difference means for a run. */
  public enum Effect {
    /** A run creates what is missing before it starts. */
    MISSING,
    /** No run can start. */
    BLOCKS,
    /** A run can start; a note reports the difference. */
    NOTE,
    /** Follows from another change of the same table; only the plan reports it. */
    FOLLOWS
  }

  /** A database, table or view that is missing. */
  public static Difference missing(String table, String where, Change change) {
    return new Difference(table, where, "is missing", Effect.MISSING, change);
  }

  /** A view that another change of its table makes stale. */
  public static Difference stale(String table, String where, Change change) {
    return new Difference(table, where, "becomes stale", Effect.FOLLOWS, change);
  }

  public static String expected(String needed, String found) {
    return "expected " + needed + ", found " + found;
  }

  public boolean blocks() {
    return effect == Effect.BLOCKS;
  }

  /** Its change, for people. */
  SinkMigration.Change forPeople() {
    Change change = (Change) remedy;
    return new SinkMigration.Change(where, change.result(), change.statement());
  }

  boolean refused() {
    return remedy instanceof Refuse;
  }

  /** One line: where, what, and what to do. */
  public String line() {
    String line = where + ": " + what;
    if (remedy instanceof Refuse refuse) {
      return line + " -> not safe to migrate: " + refuse.reason() + " (" + refuse.page() + ")";
    }
    return remedy instanceof Change change
        ? line + " -> `scripts/millrace migrate` with the same flags " + change.verb()
        : line;
  }
}
