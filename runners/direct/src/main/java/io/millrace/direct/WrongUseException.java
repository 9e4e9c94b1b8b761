package io.millrace.direct;

/** A command that cannot do what was asked; the message is one line for people, the exit code 2. */
final class WrongUseException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  WrongUseException(String message) {
    super(message);
  }
}
