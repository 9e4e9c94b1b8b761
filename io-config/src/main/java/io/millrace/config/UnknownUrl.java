package io.millrace.config;

/** What is said of a text that is no URL of a known scheme. */
public final class UnknownUrl {
  private UnknownUrl() {}

  /**
   * The mistake in one line. Only the scheme is repeated, since the rest may hold a password; of a
   * text without one, nothing.
   *
   * @param expected what the text could have been
   */
  public static IllegalArgumentException of(String text, String expected) {
    int scheme = text.indexOf("://");
    return new IllegalArgumentException(
        (scheme < 0 ? "no URL" : "`" + text.substring(0, scheme + "://".length()) + "`")
            + ": expected "
            + expected);
  }
}
