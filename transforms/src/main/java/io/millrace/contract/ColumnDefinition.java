package io.millrace.contract;

import java.io.Serializable;

/**
 * One column of a table, in the order of the table.
 *
 * @param field what it holds; its name is the column's name
 * @param index where its value stands in the contract's row (see {@link Contract#schema()})
 * @param nullable whether the column accepts null
 */
public record ColumnDefinition(FieldDefinition field, int index, boolean nullable)
    implements Serializable {

  /** The column's name. */
  public String name() {
    return field.name();
  }
}
