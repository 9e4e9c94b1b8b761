package io.millrace.io;

/** Thrown if a source cannot be read. The message is one line for display. */
public final class SourceException extends RuntimeException {
  public SourceException(String message, Throwable cause) {
    super(message, cause);
  }
}
