package io.millrace.cli.dataflow;

import java.util.Collection;
import java.util.List;

/**
 * Encodes lists for gcloud's flags. The delimiter is a comma; if a part contains one, another
 * delimiter is declared in front ({@code ^~^a,b~c}).
 */
final class GcloudList {
  private static final List<String> DELIMITERS = List.of(",", "~", ";", "|", "#", "!", "%", "@@");

  private GcloudList() {}

  /** The flag's value for these parts. */
  static String of(Collection<String> parts) {
    for (String delimiter : DELIMITERS) {
      if (parts.stream().noneMatch(part -> part.contains(delimiter))) {
        String joined = String.join(delimiter, parts);
        // gcloud would parse a leading circumflex as the declaration of a delimiter.
        return delimiter.equals(",") && !joined.startsWith("^")
            ? joined
            : "^" + delimiter + "^" + joined;
      }
    }
    throw new IllegalArgumentException(
        "the values contain every supported delimiter: " + DELIMITERS);
  }
}
