package io.millrace.clickhouse.encoding;

/** A row that no table can hold. The message says why in one line and holds no value. */
public final class InvalidRowException extends Exception {
  private static final long serialVersionUID = 1L;

  InvalidRowException(String message) {
    super(message, null, false, false);
  }
}
