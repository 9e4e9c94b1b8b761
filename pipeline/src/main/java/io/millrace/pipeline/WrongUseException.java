package io.millrace.pipeline;

/**
 * A command cannot do what was asked. Each line of the message is a problem; the exit code is 2.
 */
public final class WrongUseException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  public WrongUseException(String message) {
    super(message);
  }
}
