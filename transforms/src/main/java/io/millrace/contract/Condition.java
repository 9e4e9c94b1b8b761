package io.millrace.contract;

import java.io.Serializable;
import java.util.List;

/**
 * A test of one field of an event.
 *
 * @param field the contract's field that is looked at
 * @param test what must be so
 * @param values those of which it must be one, for {@link Test#IN}
 */
public record Condition(String field, Test test, List<String> values) implements Serializable {

  /** What must be so of a field. */
  public enum Test {
    /** It is not null. */
    PRESENT,
    /** It is null. */
    ABSENT,
    /** It is one of some values. */
    IN
  }

  /** Whether mere presence of the field meets it. */
  public boolean byPresence() {
    return test == Test.PRESENT;
  }
}
