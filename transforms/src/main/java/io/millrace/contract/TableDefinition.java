package io.millrace.contract;

import java.io.Serializable;
import java.time.Duration;
import java.util.List;
import java.util.stream.Collectors;
import org.checkerframework.checker.nullness.qual.Nullable;

/**
 * One table of a contract, independent of any sink's dialect.
 *
 * @param name the name of the table
 * @param columns the columns, in order
 * @param identity the columns that identify a row; a sink collapses rows that are equal in them
 * @param orderBy the columns that users filter on; the prefix of the sink's sort order
 * @param timeColumn the column whose day (UTC) is the partition
 * @param ttl how long a row is kept after its time; null: indefinitely
 */
public record TableDefinition(
    String name,
    List<ColumnDefinition> columns,
    List<String> identity,
    List<String> orderBy,
    String timeColumn,
    @Nullable Duration ttl)
    implements Serializable {

  /** The names of the columns for extra digits of timestamps, in order. */
  public List<String> extraDigits() {
    return columns.stream()
        .filter(ColumnDefinition::hasExtraDigits)
        .map(ColumnDefinition::name)
        .toList();
  }

  public List<String> columnNames() {
    return columns.stream().map(ColumnDefinition::name).collect(Collectors.toList());
  }
}
