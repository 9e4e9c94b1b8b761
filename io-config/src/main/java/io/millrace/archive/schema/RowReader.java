package io.millrace.archive.schema;

import io.millrace.contract.Contract;
import org.apache.parquet.io.api.RecordMaterializer;
import org.apache.parquet.schema.MessageType;

/** Reads the rows of one archive file. Not thread-safe. */
public interface RowReader {
  /** The columns to read. */
  MessageType columns();

  /** Makes the rows. */
  RecordMaterializer<ArchivedRow> rows();

  /**
   * The reader of a file.
   *
   * @param file the columns of the file
   */
  static RowReader of(Contract contract, MessageType file) {
    return file.containsField(Position.NAME) ? new EventReader(contract, file) : new DeadReader();
  }
}
