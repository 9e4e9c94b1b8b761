package io.millrace.testdata.workload;

import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.stream.Stream;

/** A text with its UTF-8 bytes and its JSON string literal, including quotes. */
public record JsonText(String text, byte[] utf8, byte[] json) {
  /** Escapes only where JSON requires it. */
  public static JsonText raw(String text) {
    return of(text, false);
  }

  /** Escapes slashes and all characters outside of ASCII, with surrogate pairs. */
  public static JsonText escaped(String text) {
    return of(text, true);
  }

  /** Each text in both forms: {@link #raw}, then {@link #escaped}. */
  public static JsonText[] rawAndEscaped(String... texts) {
    return Stream.of(texts)
        .flatMap(text -> Stream.of(raw(text), escaped(text)))
        .toArray(JsonText[]::new);
  }

  private static JsonText of(String text, boolean asciiOnly) {
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
    byte[] json = out.append('"').toString().getBytes(StandardCharsets.UTF_8);
    return new JsonText(text, text.getBytes(StandardCharsets.UTF_8), json);
  }
}
