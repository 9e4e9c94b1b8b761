package io.millrace.local.process;

/** The local stack cannot do what was asked. The message is one line: what, where, what to do. */
public final class LocalStackException extends RuntimeException {
  private static final long serialVersionUID = 1;

  public LocalStackException(String message) {
    super(message);
  }

  public LocalStackException(String message, Throwable cause) {
    super(message, cause);
  }
}
