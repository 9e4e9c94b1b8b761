package io.millrace.io;

/** A source that cannot be asked; the message is one line for people. */
public final class SourceException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  public SourceException(String message, Throwable cause) {
    super(message, cause);
  }
}
