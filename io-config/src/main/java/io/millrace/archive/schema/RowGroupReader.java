package io.millrace.archive.schema;

import io.millrace.contract.Contract;
import io.millrace.parquet.ParquetFooter;
import io.millrace.parquet.UnsupportedParquetException;
import java.io.IOException;
import org.apache.parquet.column.page.PageReadStore;
import org.apache.parquet.filter2.compat.FilterCompat;
import org.apache.parquet.io.ColumnIOFactory;
import org.apache.parquet.io.RecordReader;

/**
 * Reads the rows of a row group in their order. Not thread-safe.
 *
 * <p>Memory: the compressed row group, and a page of each column.
 */
public final class RowGroupReader {
  private final RecordReader<ArchivedRow> rows;
  private long left;

  private RowGroupReader(RecordReader<ArchivedRow> rows, long left) {
    this.rows = rows;
    this.left = left;
  }

  /**
   * Opens a row group.
   *
   * @param bytes its bytes
   * @param base where they begin in the file
   * @throws IOException if it is damaged, or its columns do not fit the contract
   */
  public static RowGroupReader open(
      Contract contract, ParquetFooter footer, int group, byte[] bytes, long base)
      throws IOException {
    try {
      RowReader reader = RowReader.of(contract, footer.schema());
      PageReadStore pages =
          footer.pages(group, reader.columns().getColumns(), bytes, base, Integer.MAX_VALUE);
      return new RowGroupReader(
          new ColumnIOFactory(footer.createdBy())
              .getColumnIO(reader.columns(), footer.schema())
              .getRecordReader(pages, reader.rows(), FilterCompat.NOOP),
          footer.rows(group));
    } catch (UnsupportedParquetException e) {
      throw new IOException(e.getMessage(), e);
    } catch (RuntimeException e) {
      throw new IOException(
          "its columns do not fit the contract: " + String.valueOf(e.getMessage()), e);
    }
  }

  public boolean hasNext() {
    return left > 0;
  }

  /**
   * The next row.
   *
   * @throws IOException if the file is damaged, or has no values for a required field
   */
  public ArchivedRow next() throws IOException {
    left--;
    try {
      return rows.read();
    } catch (RuntimeException e) {
      throw new IOException(String.valueOf(e.getMessage()), e);
    }
  }
}
