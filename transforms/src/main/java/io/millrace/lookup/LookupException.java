package io.millrace.lookup;

/** A source that cannot be read or used; the message says why, on one line. */
public final class LookupException extends Exception {
  private static final long serialVersionUID = 1L;

  public LookupException(String message) {
    super(message);
  }

  public LookupException(String message, Throwable cause) {
    super(message, cause);
  }
}
