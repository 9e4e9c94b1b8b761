package io.millrace.bigquery.schema;

import io.millrace.contract.ColumnDefinition;
import io.millrace.contract.Contract;
import io.millrace.contract.FieldDefinition;
import io.millrace.contract.FieldType;
import io.millrace.contract.TableDefinition;
import java.util.ArrayList;
import java.util.List;

/**
 * The columns of a contract's table in BigQuery. A TIMESTAMP has at most six digits after the
 * second. The further digits of a time in the identity have a column of their own, so that two
 * events that differ only there stay two rows.
 */
public final class TableColumns {
  /** The digits after the second that a TIMESTAMP keeps. */
  private static final int MOST_DIGITS = 6;

  private TableColumns() {}

  public static List<ColumnDefinition> of(TableDefinition table) {
    List<ColumnDefinition> columns = new ArrayList<>();
    for (ColumnDefinition column : table.columns()) {
      // A column that is added to an existing table is null in older rows.
      columns.add(
          column.hasExtraDigits()
              ? new ColumnDefinition(column.field(), column.index(), true, column.beyondDigits())
              : column);
      FieldDefinition field = column.field();
      if (isCut(field) && table.identity().contains(field.name())) {
        ColumnDefinition extra = ColumnDefinition.extraDigits(field, column.index(), MOST_DIGITS);
        columns.add(new ColumnDefinition(extra.field(), extra.index(), true, MOST_DIGITS));
      }
    }
    return columns;
  }

  /** The columns that are equal in duplicates. */
  static List<String> identity(TableDefinition table) {
    List<String> identity = new ArrayList<>(table.identity());
    of(table).stream()
        .filter(ColumnDefinition::hasExtraDigits)
        .map(ColumnDefinition::name)
        .filter(name -> !identity.contains(name))
        .forEach(identity::add);
    return List.copyOf(identity);
  }

  /** One line for each column that does not keep every digit that the contract asks for. */
  public static List<String> cut(Contract contract) {
    List<String> lines = new ArrayList<>();
    List<TableDefinition> tables = new ArrayList<>();
    tables.addAll(contract.tables().accepted());
    tables.addAll(contract.resultTables());
    for (TableDefinition table : tables) {
      for (ColumnDefinition column : table.columns()) {
        if (isCut(column.field())) {
          String extra = ColumnDefinition.extraDigits(column.field(), 0, MOST_DIGITS).name();
          lines.add(
              ("table %s, column %s: the contract asks for nanoseconds, a TIMESTAMP keeps"
                      + " microseconds; %s")
                  .formatted(
                      table.name(),
                      column.name(),
                      table.identity().contains(column.name())
                          ? "the rest is in the column " + extra
                          : "the rest is lost"));
        }
      }
    }
    return lines;
  }

  /** Whether a time's column in BigQuery keeps fewer digits than the contract asks for. */
  static boolean isCut(FieldDefinition field) {
    return field.type() == FieldType.TIMESTAMP && field.digits() > MOST_DIGITS;
  }
}
