package io.millrace.alert;

/** The state of an alert for a group. The names in lower case are values of tables and messages. */
enum AlertState {
  INACTIVE('I'),
  /** The condition holds, but not yet for long enough. */
  PENDING('P'),
  FIRING('F');

  private final char code;

  AlertState(char code) {
    this.code = code;
  }

  /** How state holds it: must not change. */
  int code() {
    return code;
  }

  static AlertState of(int code) {
    return switch (code) {
      case 'I' -> INACTIVE;
      case 'P' -> PENDING;
      case 'F' -> FIRING;
      default -> throw new IllegalStateException("no state has the code " + code);
    };
  }
}
