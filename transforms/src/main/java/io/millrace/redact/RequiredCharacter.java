package io.millrace.redact;

/**
 * A character that every match of a regular expression holds. Most texts do not hold it, and need
 * not be examined.
 */
final class RequiredCharacter {
  /** No such character is known. */
  static final char NONE = 0;

  private RequiredCharacter() {}

  /** Finds one, preferably one that is rare in texts. Knows only what is certain. */
  static char of(String pattern) {
    if (pattern.contains("|")
        || pattern.contains("(?")
        || pattern.contains("[:")
        || pattern.contains("\\Q")
        || pattern.contains("[]")
        || pattern.contains("[^]")) {
      return NONE;
    }
    char best = NONE;
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
          if (depth == 0 && isLiteral && !mayBeAbsent(pattern, at + 1)) {
            best = rarer(best, literal);
          }
        }
      }
    }
    return best;
  }

  private static int endOfClass(String pattern, int from) {
    int at = from + 1;
    while (at < pattern.length() && pattern.charAt(at) != ']') {
      at += pattern.charAt(at) == '\\' ? 2 : 1;
    }
    return at;
  }

  private static boolean mayBeAbsent(String pattern, int next) {
    return next < pattern.length() && "*?{".indexOf(pattern.charAt(next)) >= 0;
  }

  private static char rarer(char best, char found) {
    boolean better = rank(found) > rank(best);
    return best == NONE || better ? found : best;
  }

  private static int rank(char c) {
    return c == '@' ? 3 : Character.isLetter(c) || c == ' ' ? 0 : Character.isDigit(c) ? 1 : 2;
  }
}
