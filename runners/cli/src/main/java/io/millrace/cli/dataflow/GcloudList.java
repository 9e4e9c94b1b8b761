package io.millrace.cli.dataflow;

import java.util.Collection;
import java.util.List;

/**
 * Lists as values of gcloud's flags: with commas between their parts, or, if a part holds one, with
 * another delimiter that is named in front ({@code ^~^a,b~c}).
 */
final class GcloudList {
  private static final List<String> DELIMITERS = List.of(",", "~", ";", "|", "#", "!", "%", "@@");

  private GcloudList() {}

  /** One value that gcloud reads as these parts. */
  static String of(Collection<String> parts) {
    for (String delimiter : DELIMITERS) {
      if (parts.stream().noneMatch(part -> part.contains(delimiter))) {
        String joined = String.join(delimiter, parts);
        // A value that begins with a circumflex would itself be read as naming a delimiter.
        return delimiter.equals(",") && !joined.startsWith("^")
            ? joined
            : "^" + delimiter + "^" + joined;
      }
    }
    throw new IllegalArgumentException(
        "the values hold every delimiter that could stand between them: " + DELIMITERS);
  }
}
