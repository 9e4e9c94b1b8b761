package io.millrace.security;

import java.io.IOException;
import java.io.Serializable;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import org.checkerframework.checker.nullness.qual.Nullable;

/**
 * Where a secret is to be found: {@code env:NAME} (an environment variable), {@code file:/path}
 * (the whole file, without line ends at its end) or {@code
 * gcp-secret:projects/P/secrets/S/versions/V} (Google's Secret Manager, likewise). The reference
 * travels in job graphs and logs; the secret itself is read by {@link #resolve()} on the worker
 * that needs it, and never kept here.
 *
 * <p>Every error is an {@link IllegalArgumentException} that names the reference, never a value.
 */
public final class SecretReference implements Serializable {
  private static final long serialVersionUID = 1L;

  private static final String ENV = "env:";
  private static final String FILE = "file:";
  private static final String GCP = "gcp-secret:";

  static final String EXPECTED =
      "env:NAME, file:/path or gcp-secret:projects/PROJECT/secrets/SECRET/versions/VERSION";

  private final String reference;

  private SecretReference(String reference) {
    this.reference = reference;
  }

  /**
   * Reads a reference; does not look whether the secret is there.
   *
   * @throws IllegalArgumentException if the text is no reference. The text is not repeated, since
   *     it may be a secret given by mistake
   */
  public static SecretReference parse(String text) {
    if (text.startsWith(ENV)) {
      if (!isVariableName(text.substring(ENV.length()))) {
        throw new IllegalArgumentException(
            "not the name of an environment variable after `env:`; expected env:NAME");
      }
    } else if (text.startsWith(FILE)) {
      if (!text.startsWith("/", FILE.length())) {
        throw new IllegalArgumentException(
            "not an absolute path after `file:`; expected file:/path");
      }
    } else if (text.startsWith(GCP)) {
      if (!SecretManager.isName(text.substring(GCP.length()))) {
        throw new IllegalArgumentException(
            "not the name of a secret's version after `gcp-secret:`; expected"
                + " gcp-secret:projects/PROJECT/secrets/SECRET/versions/VERSION");
      }
    } else {
      throw new IllegalArgumentException("not a reference to a secret; expected " + EXPECTED);
    }
    return new SecretReference(text);
  }

  /** Whether a text has the beginning of a reference. */
  static boolean isReference(String text) {
    return text.startsWith(ENV) || text.startsWith(FILE) || text.startsWith(GCP);
  }

  /** Whether a text is a reference to this machine's environment or files; other texts are not. */
  public static boolean isLocal(@Nullable String text) {
    return text != null && (text.startsWith(ENV) || text.startsWith(FILE));
  }

  /**
   * The secret, read now.
   *
   * @throws IllegalArgumentException if it is not there
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

  /** The reference, as it was given. */
  @Override
  public String toString() {
    return reference;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof SecretReference that && reference.equals(that.reference);
  }

  @Override
  public int hashCode() {
    return reference.hashCode();
  }
}
