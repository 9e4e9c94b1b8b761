package io.millrace.bigquery.schema;

import org.checkerframework.checker.nullness.qual.Nullable;

/**
 * A difference between a table as it is and as a contract needs it.
 *
 * @param table the name of the table, also where the difference is in its view
 * @param where for people
 * @param what was expected and what was found
 * @param blocks whether no run can start because of it
 * @param mend what can be done; null: it serves as it is
 */
public record BigQueryDifference(
    String table, String where, String what, boolean blocks, @Nullable Mend mend) {

  /** What can be done about a difference. */
  sealed interface Mend {
    /** What {@code migrate} does, for people. */
    String verb();
  }

  /** A column is missing, or required without need: the table gets {@link #statement()}. */
  record ChangeColumns(String verb, String statement, String becomes) implements Mend {}

  /** A column can hold less than the contract needs. */
  record WidenColumn(String statement, String becomes) implements Mend {
    @Override
    public String verb() {
      return "widens it";
    }
  }

  /** Days may be kept longer than they are. */
  record KeepLonger(String statement) implements Mend {
    @Override
    public String verb() {
      return "changes it";
    }
  }

  /** The view says something else. */
  record RecreateView() implements Mend {
    @Override
    public String verb() {
      return "creates it anew";
    }
  }

  /** Only a person can settle it. */
  record Refuse(String reason) implements Mend {
    @Override
    public String verb() {
      return "";
    }
  }

  boolean refused() {
    return mend instanceof Refuse;
  }

  /** One line: where, what, and what to do. */
  public String line() {
    String line = where + ": " + what;
    if (mend instanceof Refuse refuse) {
      return line + " -> not safe to migrate: " + refuse.reason() + " (docs/bigquery.md)";
    }
    return mend == null
        ? line
        : line + " -> `scripts/millrace migrate` with the same flags " + mend.verb();
  }
}
