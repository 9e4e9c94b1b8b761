package io.millrace.security;

import java.io.Serializable;
import org.checkerframework.checker.nullness.qual.Nullable;

/**
 * A user name, or a reference to one ({@code env:NAME}, {@code file:/path}, {@code
 * gcp-secret:projects/…}) that is resolved on the worker. A referenced name is treated as a secret:
 * {@link #toString()} returns the reference, and {@link #hide} replaces the name in messages.
 */
public final class UserName implements Serializable {
  private final String text;
  private final @Nullable SecretReference reference;

  private UserName(String text, @Nullable SecretReference reference) {
    this.text = text;
    this.reference = reference;
  }

  /**
   * Parses a name or a reference.
   *
   * @throws IllegalArgumentException if the text is neither. The message does not quote it, because
   *     it may be a secret
   */
  public static UserName parse(String text) {
    if (SecretReference.isReference(text)) {
      return new UserName(text, SecretReference.parse(text));
    }
    if (!isPlain(text)) {
      throw new IllegalArgumentException(
          "expected a user name (letters, digits, and _ . - @), or a reference: "
              + SecretReference.EXPECTED);
    }
    return new UserName(text, null);
  }

  private static boolean isPlain(String text) {
    return !text.isEmpty()
        && text.chars().allMatch(c -> Character.isLetterOrDigit(c) || "_.-@".indexOf(c) >= 0);
  }

  /** Whether this is a reference. */
  public boolean isReference() {
    return reference != null;
  }

  /**
   * Returns the name; reads the reference if there is one.
   *
   * @throws IllegalArgumentException if the reference cannot be resolved
   */
  public String resolve() {
    if (reference == null) {
      return text;
    }
    String name = reference.resolve();
    if (name.isBlank() || name.indexOf(':') >= 0) {
      throw new IllegalArgumentException(
          "secret " + reference + ": expected a user name, not empty and without a colon");
    }
    return name;
  }

  /** Replaces a referenced name in a text with its reference. */
  public String hide(String resolved, String in) {
    return reference == null || resolved.isEmpty() ? in : in.replace(resolved, text);
  }

  /** The name or the reference as given. */
  @Override
  public String toString() {
    return text;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof UserName that && text.equals(that.text);
  }

  @Override
  public int hashCode() {
    return text.hashCode();
  }
}
