package io.millrace.kafka.client;

import io.millrace.security.SecretReference;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;

/**
 * Placeholders for secrets in a text: {@code ${env:NAME}}, {@code ${file:/path}} and {@code
 * ${gcp-secret:projects/…}}. A reference contains no closing brace.
 */
final class SecretPlaceholders {
  private static final String BEGIN = "${";
  private static final char END = '}';

  private SecretPlaceholders() {}

  static boolean areIn(String text) {
    return text.contains(BEGIN);
  }

  /** Whether the whole text is one placeholder. */
  static boolean isOne(String text) {
    return text.startsWith(BEGIN) && text.indexOf(END) == text.length() - 1;
  }

  /**
   * The references of all placeholders.
   *
   * @throws IllegalArgumentException in one line without any value, if a placeholder is invalid
   */
  static List<SecretReference> in(String text) {
    List<SecretReference> references = new ArrayList<>();
    int from = text.indexOf(BEGIN);
    while (from >= 0) {
      int end = text.indexOf(END, from);
      if (end < 0) {
        throw new IllegalArgumentException("a placeholder `${` has no closing `}`");
      }
      references.add(SecretReference.parse(text.substring(from + BEGIN.length(), end)));
      from = text.indexOf(BEGIN, end);
    }
    return references;
  }

  /**
   * Replaces each placeholder by its secret.
   *
   * @param escape applied to each secret
   * @throws IllegalArgumentException if a secret cannot be read; names only the reference
   */
  static String resolve(String text, UnaryOperator<String> escape) {
    StringBuilder resolved = new StringBuilder();
    int copied = 0;
    int from = text.indexOf(BEGIN);
    while (from >= 0) {
      int end = text.indexOf(END, from);
      String secret = SecretReference.parse(text.substring(from + BEGIN.length(), end)).resolve();
      resolved.append(text, copied, from).append(escape.apply(secret));
      copied = end + 1;
      from = text.indexOf(BEGIN, copied);
    }
    return resolved.append(text, copied, text.length()).toString();
  }
}
