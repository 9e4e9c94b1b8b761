package io.millrace.source;

/** A source that cannot be asked; the message is one line for people. */
public final class SourceException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  SourceException(String message, Throwable cause) {
    super(message, cause);
  }
}
