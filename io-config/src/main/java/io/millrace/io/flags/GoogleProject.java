package io.millrace.io.flags;

/** Validates ids of Google Cloud projects. */
public final class GoogleProject {
  private GoogleProject() {}

  /**
   * Whether a text is a project id. Old ids may begin with a domain: {@code example.com:project}.
   */
  public static boolean isId(String text) {
    int colon = text.indexOf(':');
    String id = text.substring(colon + 1);
    return colon != 0
        && text.chars().limit(Math.max(0, colon)).allMatch(c -> isPlain(c) || c == '.')
        && id.length() >= 6
        && id.length() <= 30
        && id.chars().allMatch(GoogleProject::isPlain)
        && id.charAt(0) >= 'a'
        && !id.endsWith("-");
  }

  private static boolean isPlain(int c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-';
  }
}
