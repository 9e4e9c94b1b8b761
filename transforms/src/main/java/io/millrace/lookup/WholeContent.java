package io.millrace.lookup;

import io.millrace.contract.Lookup;
import java.io.IOException;
import java.io.InputStream;

/** Reads a source whose form must be in memory as a whole, such as one with an index at its end. */
public final class WholeContent {
  private WholeContent() {}

  /** The most bytes that {@link #read} returns for a look-up. */
  public static int most(Lookup lookup) {
    return (int) Math.min(Integer.MAX_VALUE - 8, lookup.maxBytes());
  }

  /**
   * Reads all bytes.
   *
   * @throws LookupException if they are more than the memory of the look-up
   */
  public static byte[] read(Lookup lookup, InputStream content)
      throws IOException, LookupException {
    byte[] bytes = content.readNBytes(most(lookup));
    if (content.read() >= 0) {
      throw new LookupException(
          "is larger than %,d bytes; raise `max_megabytes` if the workers have the memory"
              .formatted(most(lookup)));
    }
    return bytes;
  }
}
