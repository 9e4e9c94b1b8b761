package io.millrace.clickhouse.schema;

import io.millrace.clickhouse.schema.ClickHouseTable.Column;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.checkerframework.checker.nullness.qual.Nullable;

/**
 * A difference between a table as it is and as a contract needs it.
 *
 * @param table the name of the table, also where the difference is in one of its views
 * @param where for people
 * @param what was expected and what was found
 * @param blocks whether no run can start because of it
 * @param mend what can be done
 */
public record TableDifference(String table, String where, String what, boolean blocks, Mend mend) {

  /** What can be done about a difference. */
  sealed interface Mend {
    /** What `migrate` does, for people; empty if it does nothing. */
    default String verb() {
      return "";
    }
  }

  /** The table lacks a column. */
  record AddColumn(Column column) implements Mend {
    @Override
    public String verb() {
      return "adds it";
    }
  }

  /**
   * The table lacks columns of its sorting key, which hold what nothing has held so far.
   *
   * @param sortingKey the expressions of the key that the table has now
   */
  record AddKeyColumns(List<Column> columns, String sortingKey) implements Mend {
    @Override
    public String verb() {
      return "adds it";
    }
  }

  /** A column can hold less than the contract needs; the type holds that and what is there. */
  record WidenColumn(String column, String found, String type) implements Mend {
    @Override
    public String verb() {
      return "widens it";
    }
  }

  /** A column has a dictionary and needs none, or the other way round. */
  record ChangeDictionary(String column, String found, String type) implements Mend {
    @Override
    public String verb() {
      return "changes it";
    }
  }

  /** A column is not the contract's, and whoever does not write it needs a default. */
  record GiveDefault(String column, String type) implements Mend {
    @Override
    public String verb() {
      return "gives it one";
    }
  }

  /** Settings are missing. */
  record SetSettings(Map<String, String> settings) implements Mend {
    @Override
    public String verb() {
      return "sets it";
    }

    /** As ALTER TABLE and CREATE TABLE take them. */
    String list() {
      return list(settings);
    }

    static String list(Map<String, String> settings) {
      return settings.entrySet().stream()
          .map(e -> e.getKey() + " = " + e.getValue())
          .collect(Collectors.joining(", "));
    }
  }

  /**
   * Rows are kept as long as by the TTL there is or longer, and no row that is there would be gone.
   *
   * @param life how long rows are kept; null: indefinitely
   */
  record ChangeTtl(@Nullable Duration life) implements Mend {
    @Override
    public String verb() {
      return "changes it";
    }
  }

  /** A view lacks columns or shows them by an older type. */
  record RecreateView(String view) implements Mend {
    @Override
    public String verb() {
      return "creates it anew";
    }
  }

  /** It serves as it is. */
  record LeaveAlone() implements Mend {}

  /** Only a person can settle it. */
  record Refuse(String reason) implements Mend {}

  boolean refused() {
    return mend instanceof Refuse;
  }

  /** One line: where, what, and what to do. */
  public String line() {
    String line = where + ": " + what;
    if (mend instanceof Refuse refuse) {
      return line + " -> not safe to migrate: " + refuse.reason() + " (docs/migrate.md)";
    }
    return mend.verb().isEmpty()
        ? line
        : line + " -> `scripts/millrace migrate` with the same flags " + mend.verb();
  }
}
