package io.millrace.contract;

import java.io.Serializable;
import java.time.Duration;
import java.util.List;
import java.util.stream.Collectors;
import org.checkerframework.checker.nullness.qual.Nullable;

/**
 * One table that a contract writes to, free of any sink's dialect.
 *
 * @param name the table's name
 * @param columns in order
 * @param identity the columns that make two rows the same: a sink collapses rows equal in these
 * @param orderBy the columns users filter on first; a prefix for the sink's sort order
 * @param timeColumn the column that partitions by day (UTC)
 * @param ttl how long a row is kept after its time; null: for ever
 */
public record TableDefinition(
    String name,
    List<ColumnDefinition> columns,
    List<String> identity,
    List<String> orderBy,
    String timeColumn,
    @Nullable Duration ttl)
    implements Serializable {

  /** The names of the columns that hold digits that others do not keep, in order. */
  public List<String> extraDigits() {
    return columns.stream()
        .filter(ColumnDefinition::hasExtraDigits)
        .map(ColumnDefinition::name)
        .toList();
  }

  /** The columns' names, in order. */
  public List<String> columnNames() {
    return columns.stream().map(ColumnDefinition::name).collect(Collectors.toList());
  }
}
