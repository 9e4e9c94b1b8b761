package io.millrace.io.flags;

import java.util.List;

/** Error message for a text that is no URL of a known scheme. */
public final class UnknownUrl {
  private UnknownUrl() {}

  /**
   * Creates the exception. The message quotes only the scheme, because the rest may contain a
   * password.
   *
   * @param forms the valid URL patterns; at least one
   */
  public static IllegalArgumentException of(String text, List<String> forms) {
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
}
