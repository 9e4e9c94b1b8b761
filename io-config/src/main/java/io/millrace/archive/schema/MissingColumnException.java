package io.millrace.archive.schema;

/** Thrown if a file has no values for a field that the contract requires. */
final class MissingColumnException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  MissingColumnException(String message, Throwable cause) {
    super(message, cause);
  }
}
