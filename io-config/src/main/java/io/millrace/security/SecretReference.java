package io.millrace.security;

import java.io.IOException;
import java.io.Serializable;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import org.checkerframework.checker.nullness.qual.Nullable;

/**
 * Reference to a secret: {@code env:NAME} (an environment variable), {@code file:/path} (a file) or
 * {@code gcp-secret:projects/P/secrets/S/versions/V} (Google Secret Manager). Trailing line ends of
 * a file or payload are removed. Job graphs and logs contain only the reference. {@link #resolve()}
 * reads the secret on the worker and does not keep it.
 *
 * <p>Every error is an {@link IllegalArgumentException} that names the reference, never the value.
 */
public record SecretReference(String reference) implements Serializable {
  private static final String ENV = "env:";
  private static final String FILE = "file:";
  private static final String GCP = "gcp-secret:";

  static final String EXPECTED =
      "env:NAME, file:/path or gcp-secret:projects/PROJECT/secrets/SECRET/versions/VERSION";

  /**
   * Checks the form of a reference, not that the secret exists.
   *
   * @throws IllegalArgumentException if the text is not a reference. The message does not quote it,
   *     because it may be a secret
   */
  public SecretReference {
    if (reference.startsWith(ENV)) {
      if (!isVariableName(reference.substring(ENV.length()))) {
        throw new IllegalArgumentException(
            "no valid name of an environment variable after `env:`; expected env:NAME");
      }
    } else if (reference.startsWith(FILE)) {
      if (!reference.startsWith("/", FILE.length())) {
        throw new IllegalArgumentException("no absolute path after `file:`; expected file:/path");
      }
    } else if (reference.startsWith(GCP)) {
      if (!SecretManager.isName(reference.substring(GCP.length()))) {
        throw new IllegalArgumentException(
            "no valid name of a secret version after `gcp-secret:`; expected"
                + " gcp-secret:projects/PROJECT/secrets/SECRET/versions/VERSION");
      }
    } else {
      throw new IllegalArgumentException("not a reference to a secret; expected " + EXPECTED);
    }
  }

  public static SecretReference parse(String text) {
    return new SecretReference(text);
  }

  /** Whether a text begins like a reference; {@link #parse} checks the rest. */
  public static boolean isReference(String text) {
    return text.startsWith(ENV) || text.startsWith(FILE) || text.startsWith(GCP);
  }

  /** Whether a text is a reference to an environment variable or a file. */
  public static boolean isLocal(@Nullable String text) {
    return text != null && (text.startsWith(ENV) || text.startsWith(FILE));
  }

  /**
   * Reads the secret.
   *
   * @throws IllegalArgumentException if it cannot be read
   */
  public String resolve() {
    return resolve(SecretManager.google());
  }

  String resolve(SecretManager secretManager) {
    if (reference.startsWith(ENV)) {
      return fromEnvironment(reference.substring(ENV.length()));
    }
    if (reference.startsWith(FILE)) {
      return fromFile(reference.substring(FILE.length()));
    }
    try {
      return withoutLineEnds(secretManager.read(reference.substring(GCP.length())));
    } catch (SecretManager.NotReadable e) {
      throw new IllegalArgumentException("secret " + reference + ": " + e.getMessage(), e);
    }
  }

  private String fromEnvironment(String name) {
    String value = System.getenv(name);
    if (value == null) {
      throw new IllegalArgumentException(
          "secret " + reference + ": the environment variable is not set");
    }
    return value;
  }

  private String fromFile(String path) {
    String text;
    try {
      text = Files.readString(Path.of(path));
    } catch (IOException | InvalidPathException e) {
      throw new IllegalArgumentException(
          "secret " + reference + ": cannot be read (" + e.getClass().getSimpleName() + ")", e);
    }
    return withoutLineEnds(text);
  }

  private static String withoutLineEnds(String text) {
    int end = text.length();
    while (end > 0 && (text.charAt(end - 1) == '\n' || text.charAt(end - 1) == '\r')) {
      end--;
    }
    return text.substring(0, end);
  }

  private static boolean isVariableName(String name) {
    for (int i = 0; i < name.length(); i++) {
      char c = name.charAt(i);
      boolean letter = c == '_' || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
      if (!letter && !(i > 0 && c >= '0' && c <= '9')) {
        return false;
      }
    }
    return !name.isEmpty();
  }

  @Override
  public String toString() {
    return reference;
  }
}
