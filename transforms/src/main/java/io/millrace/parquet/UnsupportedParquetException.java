package io.millrace.parquet;

/** Bytes that are no Parquet file, or one that cannot be read. The message begins with a verb. */
public final class UnsupportedParquetException extends Exception {
  private static final long serialVersionUID = 1L;

  public UnsupportedParquetException(String message) {
    super(message);
  }
}
