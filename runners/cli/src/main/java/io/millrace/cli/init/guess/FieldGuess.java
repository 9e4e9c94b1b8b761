package io.millrace.cli.init.guess;

import io.millrace.contract.FieldType;
import java.util.List;

/**
 * A field that a contract should declare.
 *
 * @param path the keys from the event, or from the record
 * @param above whether the path begins at the record around the events
 * @param name the column's name
 * @param total the events of the sample
 * @param values its values; an object's are those of its children
 */
public record FieldGuess(
    List<String> path, boolean above, String name, TypeGuess type, int total, ValueProfile values) {
  private static final int NEARLY_ALL_PERCENT = 95;

  public String key() {
    return path.get(path.size() - 1);
  }

  public String dottedPath() {
    return (above ? "$." : "") + String.join(".", path);
  }

  /** Whether each event has a value. */
  public boolean inAll() {
    return total > 0 && values.present() >= total;
  }

  /**
   * Whether all but a few events have a value. Topics hold events that are not as they should be.
   */
  boolean inNearlyAll() {
    return total > 0 && (long) values.present() * 100 >= (long) total * NEARLY_ALL_PERCENT;
  }

  boolean isTime() {
    return type.type() == FieldType.TIMESTAMP;
  }
}
