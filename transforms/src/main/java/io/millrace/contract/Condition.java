package io.millrace.contract;

import java.io.Serializable;
import java.util.List;

/**
 * A test of one field of an event.
 *
 * @param field the contract's field that is looked at
 * @param values the values that meet it; empty: any value but null does
 */
public record Condition(String field, List<String> values) implements Serializable {

  /** Whether mere presence of the field meets it. */
  public boolean byPresence() {
    return values.isEmpty();
  }
}
