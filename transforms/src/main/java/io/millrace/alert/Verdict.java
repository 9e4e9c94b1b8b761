package io.millrace.alert;

/** What the result of one window, or its absence, means for an alert. */
enum Verdict {
  /** Not known yet. */
  UNKNOWN('U'),
  /** The condition holds. */
  MET('M'),
  /** The condition does not hold, and a firing alert goes on. */
  BETWEEN('B'),
  /** The condition does not hold, and a firing alert is resolved. */
  CLEARED('C');

  private final char code;

  Verdict(char code) {
    this.code = code;
  }

  /** How state holds it: must not change. */
  int code() {
    return code;
  }

  static Verdict of(int code) {
    return switch (code) {
      case 'U' -> UNKNOWN;
      case 'M' -> MET;
      case 'B' -> BETWEEN;
      case 'C' -> CLEARED;
      default -> throw new IllegalStateException("no verdict has the code " + code);
    };
  }
}
