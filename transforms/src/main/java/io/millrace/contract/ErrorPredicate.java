package io.millrace.contract;

import java.io.Serializable;
import java.util.List;

/**
 * Tells a valid event that reports an application error from one that does not.
 *
 * @param field the contract's field that is looked at
 * @param values the values that mean an error; empty: any value but null does
 */
public record ErrorPredicate(String field, List<String> values) implements Serializable {

  /** Whether mere presence of the field is the error. */
  public boolean byPresence() {
    return values.isEmpty();
  }
}
