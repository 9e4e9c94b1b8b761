package io.millrace.contract;

import java.io.Serializable;
import java.util.List;

/**
 * A condition on one field of an event.
 *
 * @param field the name of the field
 * @param test the test that the field must pass
 * @param values the accepted values, for {@link Test#IN}
 */
public record Condition(String field, Test test, List<String> values) implements Serializable {

  public enum Test {
    /** The field is not null. */
    PRESENT,
    /** The field is null. */
    ABSENT,
    /** The field is one of the given values. */
    IN
  }
}
