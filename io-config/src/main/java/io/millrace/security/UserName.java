package io.millrace.security;

import java.io.Serializable;
import org.checkerframework.checker.nullness.qual.Nullable;

/**
 * A user's name, as it is or as a reference to it ({@code env:NAME}, {@code file:/path}, {@code
 * gcp-secret:projects/…}) that is resolved on the worker. A name that came from a reference is
 * treated as a secret: {@link #toString()} gives the reference, and {@link #hide} puts it into
 * texts of others.
 */
public final class UserName implements Serializable {
  private static final long serialVersionUID = 1L;

  private final String text;
  private final @Nullable SecretReference reference;

  private UserName(String text, @Nullable SecretReference reference) {
    this.text = text;
    this.reference = reference;
  }

  /**
   * Reads a name or a reference.
   *
   * @throws IllegalArgumentException if the text is neither. The text is not repeated, since it may
   *     be a secret given by mistake
   */
  public static UserName parse(String text) {
    if (SecretReference.isReference(text)) {
      return new UserName(text, SecretReference.parse(text));
    }
    if (!isPlain(text)) {
      throw new IllegalArgumentException(
          "expected the name of a user (letters, digits, and _ . - @), or a reference: "
              + SecretReference.EXPECTED);
    }
    return new UserName(text, null);
  }

  private static boolean isPlain(String text) {
    return !text.isEmpty()
        && text.chars().allMatch(c -> Character.isLetterOrDigit(c) || "_.-@".indexOf(c) >= 0);
  }

  /** Whether the name itself is somewhere else. */
  public boolean isReference() {
    return reference != null;
  }

  /**
   * The name, read now.
   *
   * @throws IllegalArgumentException if it is not there, naming the reference
   */
  public String resolve() {
    if (reference == null) {
      return text;
    }
    String name = reference.resolve();
    if (name.isBlank() || name.indexOf(':') >= 0) {
      throw new IllegalArgumentException(
          "secret " + reference + ": expected the name of a user, not empty and without a colon");
    }
    return name;
  }

  /** A text in which a name that came from a reference is replaced by the reference. */
  public String hide(String resolved, String in) {
    return reference == null || resolved.isEmpty() ? in : in.replace(resolved, text);
  }

  /** The name or the reference, as it was given. */
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
