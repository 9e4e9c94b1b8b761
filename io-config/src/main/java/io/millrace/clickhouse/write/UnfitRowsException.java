package io.millrace.clickhouse.write;

import java.util.List;

/** Thrown before a batch is sent if columns of the table cannot hold some of its rows. */
final class UnfitRowsException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final transient List<Row> rows;

  /**
   * A row that does not fit.
   *
   * @param index in the batch
   * @param reason one line with the column, without the value
   */
  record Row(int index, String reason) {}

  /**
   * Creates the exception.
   *
   * @param rows in the order of the batch
   */
  UnfitRowsException(List<Row> rows) {
    super(rows.size() + " rows do not fit their columns", null, false, false);
    this.rows = rows;
  }

  List<Row> rows() {
    return rows;
  }
}
