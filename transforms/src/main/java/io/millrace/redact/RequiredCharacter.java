package io.millrace.redact;

/**
 * Characters one of which every match of a regular expression holds. Texts without them need not be
 * examined.
 */
final class RequiredCharacter {
  private static final String DIGITS = "0123456789";
  private static final char NONE = 0;

  private RequiredCharacter() {}

  /**
   * Finds a character of ASCII, preferably one that is rare in texts, or the digits. A control is
   * none, because JSON writes it by an escape with a letter. Knows only what is certain; empty:
   * nothing.
   */
  static String of(String pattern) {
    if (pattern.contains("|")
        || pattern.contains("(?")
        || pattern.contains("[:")
        || pattern.contains("\\Q")
        || pattern.contains("[]")
        || pattern.contains("[^]")) {
      return "";
    }
    char best = NONE;
    boolean digit = false;
    int depth = 0;
    for (int at = 0; at < pattern.length(); at++) {
      char c = pattern.charAt(at);
      switch (c) {
        case '[' -> at = endOfClass(pattern, at);
        case '(' -> depth++;
        case ')' -> depth--;
        case '{' -> at = Math.max(at, pattern.indexOf('}', at));
        default -> {
          boolean escaped = c == '\\' && at + 1 < pattern.length();
          if (escaped) {
            at++;
          }
          char literal = pattern.charAt(at);
          boolean isLiteral =
              escaped ? !Character.isLetterOrDigit(literal) : ".*+?^$".indexOf(literal) < 0;
          if (depth == 0 && !mayBeAbsent(pattern, at + 1)) {
            digit |= escaped && literal == 'd';
            best = isLiteral && literal >= ' ' && literal < 0x80 ? rarer(best, literal) : best;
          }
        }
      }
    }
    boolean rare = best != NONE && (!digit || rank(best) > 1);
    return rare ? String.valueOf(best) : digit ? DIGITS : "";
  }

  private static int endOfClass(String pattern, int from) {
    int at = from + 1;
    while (at < pattern.length() && pattern.charAt(at) != ']') {
      at += pattern.charAt(at) == '\\' ? 2 : 1;
    }
    return at;
  }

  private static boolean mayBeAbsent(String pattern, int next) {
    return next < pattern.length()
        && ("*?".indexOf(pattern.charAt(next)) >= 0 || pattern.startsWith("{0", next));
  }

  private static char rarer(char best, char found) {
    boolean better = rank(found) > rank(best);
    return best == NONE || better ? found : best;
  }

  private static int rank(char c) {
    return c == '@' ? 3 : Character.isLetter(c) || c == ' ' ? 0 : Character.isDigit(c) ? 1 : 2;
  }
}
