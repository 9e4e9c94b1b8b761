package io.millrace.cli.explain;

import org.checkerframework.checker.nullness.qual.Nullable;

/**
 * The position of a dead letter, as Millrace prints it: {@code topic/partition@offset}, and for an
 * element of a record {@code topic/partition@offset#element}.
 *
 * @param element the element's number, from 0; null: all dead letters of the record
 */
public record DeadLetterPlace(String topic, int partition, long offset, @Nullable Integer element) {

  /**
   * Reads a position. A topic may contain the separators.
   *
   * @throws IllegalArgumentException if the text is none
   */
  public static DeadLetterPlace parse(String text) {
    int at = text.lastIndexOf('@');
    int slash = text.lastIndexOf('/', at);
    int hash = text.indexOf('#', Math.max(0, at));
    try {
      if (at > 0 && slash > 0) {
        return new DeadLetterPlace(
            text.substring(0, slash),
            Integer.parseInt(text.substring(slash + 1, at)),
            Long.parseLong(text.substring(at + 1, hash < 0 ? text.length() : hash)),
            hash < 0 ? null : Integer.valueOf(text.substring(hash + 1)));
      }
    } catch (NumberFormatException e) {
      // Reported below.
    }
    throw new IllegalArgumentException(
        "expected topic/partition@offset or topic/partition@offset#element, found `" + text + "`");
  }

  @Override
  public String toString() {
    return topic + "/" + partition + "@" + offset + (element == null ? "" : "#" + element);
  }
}
