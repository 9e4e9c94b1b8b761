package io.millrace.local.process;

/** A failure of the local stack. The message says in one line what, where and what to do. */
public final class LocalStackException extends RuntimeException {
  private static final long serialVersionUID = 1;

  public LocalStackException(String message) {
    super(message);
  }

  public LocalStackException(String message, Throwable cause) {
    super(message, cause);
  }
}
