package io.millrace.redact;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.HashMap;
import java.util.Map;
import java.util.function.UnaryOperator;

/** Reads the secrets of a contract's rules, each once. */
final class RedactionSecrets {
  private static final int LEAST_BYTES = 16;

  private final UnaryOperator<String> resolver;
  private final Map<String, String> secrets = new HashMap<>();
  private final Map<String, KeyedHash> hashes = new HashMap<>();

  /** Secrets that a function reads by their references. */
  RedactionSecrets(UnaryOperator<String> resolver) {
    this.resolver = resolver;
  }

  /**
   * The secret that a reference names.
   *
   * @throws IllegalArgumentException if it cannot be read, or is too short to be one
   */
  String read(String reference) {
    return secrets.computeIfAbsent(
        reference,
        name -> {
          String secret = resolver.apply(name);
          if (secret.getBytes(UTF_8).length < LEAST_BYTES) {
            throw new IllegalArgumentException(
                "secret %s: shorter than %d bytes; expected a random one, such as the output of"
                        .formatted(name, LEAST_BYTES)
                    + " `openssl rand -hex 32`");
          }
          return secret;
        });
  }

  KeyedHash hash(String reference) {
    return hashes.computeIfAbsent(reference, name -> new KeyedHash(read(name)));
  }
}
