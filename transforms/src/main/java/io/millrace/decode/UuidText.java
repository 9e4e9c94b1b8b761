package io.millrace.decode;

import java.util.Locale;
import org.checkerframework.checker.nullness.qual.Nullable;

/** Reads UUIDs in their canonical form of 36 characters, in upper or lower case. */
public final class UuidText {
  /** What was expected of a text that is none, for messages. */
  public static final String EXPECTED =
      "expected a UUID of 36 characters such as 123e4567-e89b-12d3-a456-426614174000";

  private static final int LENGTH = 36;

  private UuidText() {}

  /** The UUID in lower case; null if the text is none. */
  public static @Nullable String canonical(String text) {
    if (text.length() != LENGTH) {
      return null;
    }
    boolean upper = false;
    for (int i = 0; i < LENGTH; i++) {
      char c = text.charAt(i);
      if (i == 8 || i == 13 || i == 18 || i == 23) {
        if (c != '-') {
          return null;
        }
      } else if (c >= 'A' && c <= 'F') {
        upper = true;
      } else if ((c < '0' || c > '9') && (c < 'a' || c > 'f')) {
        return null;
      }
    }
    return upper ? text.toLowerCase(Locale.ROOT) : text;
  }
}
