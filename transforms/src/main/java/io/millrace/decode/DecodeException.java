package io.millrace.decode;

import io.millrace.event.DeadLetterCode;

/**
 * A record, or an element of one, that is no valid event of its contract. The message is one line
 * that names the path and what was expected there; it never holds a value of the event. Has no
 * stack trace: it reports on data, not on code, and a flood of bad records must not cost more than
 * good ones.
 */
public final class DecodeException extends Exception {
  private static final long serialVersionUID = 1L;

  private final DeadLetterCode code;

  /** A failure for a reason; see the class for what the message may say. */
  public DecodeException(DeadLetterCode code, String message) {
    super(message, null, false, false);
    this.code = code;
  }

  /** Why the record becomes a dead letter. */
  public DeadLetterCode code() {
    return code;
  }
}
