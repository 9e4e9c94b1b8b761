package io.millrace.security;

import java.io.Serializable;

/**
 * A user name, or a reference to one ({@code env:NAME}, {@code file:/path}, {@code
 * gcp-secret:projects/…}) that is resolved on the worker. A referenced name is treated as a secret:
 * {@link #toString()} returns the reference, and {@link #hide} replaces the name in messages.
 */
public record UserName(String text) implements Serializable {

  /**
   * Checks that the text is a name or a reference.
   *
   * @throws IllegalArgumentException if the text is neither. The message does not quote it, because
   *     it may be a secret
   */
  public UserName {
    if (SecretReference.isReference(text)) {
      Object unused = SecretReference.parse(text);
    } else if (!isPlain(text)) {
      throw new IllegalArgumentException(
          "expected a user name (letters, digits, and _ . - @), or a reference: "
              + SecretReference.EXPECTED);
    }
  }

  public static UserName parse(String text) {
    return new UserName(text);
  }

  private static boolean isPlain(String text) {
    return !text.isEmpty()
        && text.chars().allMatch(c -> Character.isLetterOrDigit(c) || "_.-@".indexOf(c) >= 0);
  }

  public boolean isReference() {
    return SecretReference.isReference(text);
  }

  /**
   * Returns the name; reads the reference if there is one.
   *
   * @throws IllegalArgumentException if the reference cannot be resolved
   */
  public String resolve() {
    if (!isReference()) {
      return text;
    }
    String name = SecretReference.parse(text).resolve();
    if (name.isBlank() || name.indexOf(':') >= 0) {
      throw new IllegalArgumentException(
          "secret " + text + ": expected a user name, not empty and without a colon");
    }
    return name;
  }

  /** Replaces a referenced name in a text with its reference. */
  public String hide(String resolved, String in) {
    return !isReference() || resolved.isEmpty() ? in : in.replace(resolved, text);
  }

  @Override
  public String toString() {
    return text;
  }
}
