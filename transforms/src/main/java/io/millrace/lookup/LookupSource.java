package io.millrace.lookup;

import io.millrace.contract.Lookup;
import java.io.IOException;
import java.io.InputStream;
import org.checkerframework.checker.nullness.qual.Nullable;

/**
 * Reads the sources of look-ups from one kind of system. The file {@code
 * META-INF/services/io.millrace.lookup.LookupSource} names the implementations.
 */
public interface LookupSource {
  /** Whether this reads an address. */
  boolean reads(String from);

  /**
   * What is wrong with the address or the options of a look-up, without connecting.
   *
   * @return null if nothing is
   */
  @Nullable String problem(Lookup lookup);

  /**
   * Opens a source.
   *
   * @param unless a tag that an earlier opening gave
   * @return null if the source still has this tag
   * @throws LookupException if it cannot be read, with what to check
   */
  @Nullable Content open(Lookup lookup, @Nullable String unless)
      throws IOException, LookupException, InterruptedException;

  /**
   * Whether a source still has a tag after it was read; otherwise the content may be half of two
   * versions. True for sources whose content is consistent in itself.
   */
  default boolean isStill(Lookup lookup, String tag) throws IOException, LookupException {
    return true;
  }

  /**
   * The content of a source.
   *
   * @param tag changes whenever the content does; null: not known
   */
  record Content(InputStream stream, @Nullable String tag) {}
}
