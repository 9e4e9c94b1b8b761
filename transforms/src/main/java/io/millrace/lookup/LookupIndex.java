package io.millrace.lookup;

import org.checkerframework.checker.nullness.qual.Nullable;

/** What a look-up looks up in, as one version of its source. Never changes; thread-safe. */
public interface LookupIndex {
  /**
   * The values for a key.
   *
   * @return the values of the look-up's columns in their order, as rows hold them; null if there is
   *     no row with the key. The array is shared and must not change.
   */
  @Nullable Object @Nullable [] find(String key);

  /** How many rows there are; 0 if that is not known. */
  long rows();

  /** The version, if the index itself has one; null: the content of the source tells it. */
  default @Nullable String version() {
    return null;
  }
}
