package io.millrace.bench.baseline;

/** An invalid event. Has no stack trace, because it describes data. */
public final class MalformedException extends Exception {
  private static final long serialVersionUID = 1L;

  private final String code;

  MalformedException(String code, String message) {
    super(message, null, false, false);
    this.code = code;
  }

  /** The error's short name. */
  public String code() {
    return code;
  }
}
