package io.millrace.io.flags;

import java.util.List;

/** Validates parts of URLs. */
public final class Urls {
  private Urls() {}

  /**
   * The error for a text that is no URL of a known scheme. The message quotes only the scheme,
   * because the rest may contain a password.
   *
   * @param forms the valid URL patterns; at least one
   */
  public static IllegalArgumentException unknown(String text, List<String> forms) {
    int scheme = text.indexOf("://");
    int last = forms.size() - 1;
    String expected =
        last == 0
            ? forms.get(0)
            : String.join(", ", forms.subList(0, last)) + " or " + forms.get(last);
    return new IllegalArgumentException(
        (scheme < 0 ? "not a URL" : "`" + text.substring(0, scheme + "://".length()) + "`")
            + ": expected "
            + expected);
  }

  public static boolean isPort(String text) {
    if (text.isEmpty() || text.length() > 5 || !text.chars().allMatch(Character::isDigit)) {
      return false;
    }
    int port = Integer.parseInt(text);
    return port > 0 && port < 65_536;
  }

  /**
   * Whether a text is the id of a Google Cloud project. Old ids may begin with a domain: {@code
   * example.com:project}.
   */
  public static boolean isGoogleProject(String text) {
    int colon = text.indexOf(':');
    String id = text.substring(colon + 1);
    return colon != 0
        && text.chars().limit(Math.max(0, colon)).allMatch(c -> isPlain(c) || c == '.')
        && id.length() >= 6
        && id.length() <= 30
        && id.chars().allMatch(Urls::isPlain)
        && id.charAt(0) >= 'a'
        && !id.endsWith("-");
  }

  private static boolean isPlain(int c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-';
  }
}
