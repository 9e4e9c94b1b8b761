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

  /** Messages name so many characters of a key at most. */
  private static final int KEY_CHARS = 64;

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

  /**
   * The same failure, of the value under a key of a map. Of the key, the message holds only
   * harmless characters, and not more than some of them.
   *
   * @param path the path of the map, which the message begins with
   */
  public DecodeException underKey(String path, String key) {
    String message = String.valueOf(getMessage());
    if (!message.startsWith(path + ":")) {
      return this;
    }
    StringBuilder text = new StringBuilder(path).append('.');
    for (int i = 0; i < Math.min(key.length(), KEY_CHARS); i++) {
      char c = key.charAt(i);
      text.append(c > ' ' && c < 0x7f ? c : '?');
    }
    return new DecodeException(
        code, text.append(message, path.length(), message.length()).toString());
  }
}
