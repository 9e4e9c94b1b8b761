package io.millrace.kafka.client;

import java.io.IOException;
import java.io.StreamTokenizer;
import java.io.StringReader;
import java.io.UncheckedIOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * A value of {@code sasl.jaas.config}: one login module with its options.
 *
 * @param module class name of the login module
 * @param options values without quotes
 */
record JaasText(String module, Map<String, String> options) {
  private static final List<String> SECRET_WORDS =
      List.of(
          "password",
          "passphrase",
          "passwd",
          "secret",
          "credential",
          "privatekey",
          "accesstoken",
          "sessiontoken",
          "apikey");

  /**
   * Parses a text as Kafka's client does. Placeholders must be inside of quotes.
   *
   * @throws IllegalArgumentException in one line that quotes no value
   */
  static JaasText parse(String text) {
    StreamTokenizer tokens = new StreamTokenizer(new StringReader(text));
    tokens.slashSlashComments(true);
    tokens.slashStarComments(true);
    tokens.wordChars('-', '-');
    tokens.wordChars('_', '_');
    tokens.wordChars('$', '$');
    try {
      String module = word(tokens, "the class name of a login module");
      String unused = word(tokens, "`required` after the login module");
      Map<String, String> options = new LinkedHashMap<>();
      while (tokens.nextToken() != ';') {
        String option = tokens.ttype == StreamTokenizer.TT_WORD ? tokens.sval : null;
        if (option == null) {
          throw new IllegalArgumentException(
              "expected option=\"value\" pairs and a `;` at the end; put each value into quotes");
        }
        boolean assigned = tokens.nextToken() == '=';
        tokens.nextToken();
        if (!assigned || tokens.sval == null) {
          // Not the option's name: after a missing quote it may be a part of a secret.
          throw new IllegalArgumentException(
              "an option has no value; expected option=\"value\" pairs and a `;` at the end");
        }
        boolean quoted = tokens.ttype == '"' || tokens.ttype == '\'';
        if (!quoted && SecretPlaceholders.areIn(tokens.sval + "{")) {
          throw new IllegalArgumentException("put each placeholder into quotes");
        }
        options.put(option, tokens.sval);
      }
      return new JaasText(module, options);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String word(StreamTokenizer tokens, String expected) throws IOException {
    if (tokens.nextToken() != StreamTokenizer.TT_WORD) {
      throw new IllegalArgumentException("expected " + expected);
    }
    return tokens.sval;
  }

  /** The options that hold a secret as it is, without a placeholder. */
  List<String> literalSecrets() {
    return options.entrySet().stream()
        .filter(option -> isSecret(option.getKey()))
        .filter(option -> !SecretPlaceholders.isOne(option.getValue()))
        .map(Map.Entry::getKey)
        .toList();
  }

  /** Whether a name is that of a secret. */
  static boolean isSecret(String name) {
    String plain = name.toLowerCase(Locale.ROOT).replace(".", "").replace("_", "").replace("-", "");
    return SECRET_WORDS.stream().anyMatch(plain::contains);
  }

  /** Escapes a secret for a place between quotes. */
  static String escape(String secret) {
    return secret
        .replace("\\", "\\\\")
        .replace("\"", "\\\"")
        .replace("'", "\\'")
        .replace("\n", "\\n")
        .replace("\r", "\\r");
  }
}
