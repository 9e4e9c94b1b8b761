package io.millrace.testdata.workload;

import java.nio.charset.StandardCharsets;
import java.util.Locale;

/** A text with its UTF-8 bytes and its JSON string literal, including quotes. */
public final class JsonText {
  private final String text;
  private final byte[] utf8;
  private final byte[] json;

  private JsonText(String text, byte[] json) {
    this.text = text;
    this.utf8 = text.getBytes(StandardCharsets.UTF_8);
    this.json = json;
  }

  /** Escapes only where JSON requires it. */
  public static JsonText raw(String text) {
    return new JsonText(text, literal(text, false));
  }

  /** Escapes slashes and all characters outside of ASCII, with surrogate pairs. */
  public static JsonText escaped(String text) {
    return new JsonText(text, literal(text, true));
  }

  public String text() {
    return text;
  }

  public byte[] utf8() {
    return utf8;
  }

  public byte[] json() {
    return json;
  }

  private static byte[] literal(String text, boolean asciiOnly) {
    StringBuilder out = new StringBuilder(text.length() + 16).append('"');
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      switch (c) {
        case '"' -> out.append("\\\"");
        case '\\' -> out.append("\\\\");
        case '\n' -> out.append("\\n");
        case '\r' -> out.append("\\r");
        case '\t' -> out.append("\\t");
        case '\b' -> out.append("\\b");
        case '\f' -> out.append("\\f");
        case '/' -> out.append(asciiOnly ? "\\/" : "/");
        default -> {
          if (c < 0x20 || (asciiOnly && c > 0x7e)) {
            out.append(String.format(Locale.ROOT, "\\u%04x", (int) c));
          } else {
            out.append(c);
          }
        }
      }
    }
    return out.append('"').toString().getBytes(StandardCharsets.UTF_8);
  }
}
