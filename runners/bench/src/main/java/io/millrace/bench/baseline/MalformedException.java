package io.millrace.bench.baseline;

/** A record that is no valid event. Without a stack trace: it tells of the data, not of code. */
public final class MalformedException extends Exception {
  private static final long serialVersionUID = 1L;

  private final String code;

  MalformedException(String code, String message) {
    super(message, null, false, false);
    this.code = code;
  }

  /** A short name for what is wrong. */
  public String code() {
    return code;
  }
}
