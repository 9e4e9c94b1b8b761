package io.millrace.cli.support;

import java.util.Locale;
import java.util.StringJoiner;

/** Lines of text for people, with numbers as the root locale writes them. Not thread-safe. */
public final class TextLines {
  private final StringJoiner lines = new StringJoiner("\n");

  /** One text, as {@link String#format} makes it. */
  public static String text(String format, Object... values) {
    return String.format(Locale.ROOT, format, values);
  }

  /** Adds a line, as {@link String#format} makes it. */
  public TextLines line(String format, Object... values) {
    lines.add(text(format, values));
    return this;
  }

  /** The lines without a line end after the last. */
  @Override
  public String toString() {
    return lines.toString();
  }
}
