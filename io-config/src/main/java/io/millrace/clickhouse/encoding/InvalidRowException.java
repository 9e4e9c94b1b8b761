package io.millrace.clickhouse.encoding;

/** Thrown if a table cannot hold a row. The one-line message contains no value. */
public final class InvalidRowException extends Exception {
  private static final long serialVersionUID = 1L;

  public InvalidRowException(String message) {
    super(message, null, false, false);
  }
}
