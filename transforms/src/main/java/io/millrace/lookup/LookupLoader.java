package io.millrace.lookup;

import io.millrace.contract.FieldDefinition;
import io.millrace.contract.Lookup;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;

/**
 * Makes an index of a source's content. The file {@code
 * META-INF/services/io.millrace.lookup.LookupLoader} names the implementations.
 */
public interface LookupLoader {
  /** Whether this loads a kind of look-up. */
  boolean loads(Lookup.Kind kind);

  /**
   * Reads all content.
   *
   * @param columns the columns that events get, in the order of {@link Lookup#columns()}
   * @param content the content, which the caller closes; empty for a kind without a source
   * @throws LookupException if the content is not usable, or takes more memory than {@link
   *     Lookup#maxBytes()}
   */
  LookupIndex load(Lookup lookup, List<FieldDefinition> columns, InputStream content)
      throws IOException, LookupException;
}
