package io.millrace.contract;

import java.io.Serializable;
import java.util.List;
import org.checkerframework.checker.nullness.qual.Nullable;

/**
 * A condition on an event: on one field, or an expression over all of them.
 *
 * @param field the name of the field; empty for {@link Test#WHEN}
 * @param test the test that the field must pass
 * @param values the accepted values, for {@link Test#IN}
 * @param expression the expression in CEL, for {@link Test#WHEN}; otherwise null
 */
public record Condition(String field, Test test, List<String> values, @Nullable String expression)
    implements Serializable {

  public enum Test {
    /** The field is not null. */
    PRESENT,
    /** The field is null. */
    ABSENT,
    /** The field is one of the given values. */
    IN,
    /** The expression is true. If it fails on an event, the event does not meet the condition. */
    WHEN
  }

  public Condition(String field, Test test, List<String> values) {
    this(field, test, values, null);
  }

  /** A condition by an expression in CEL. */
  public static Condition when(String expression) {
    return new Condition("", Test.WHEN, List.of(), expression);
  }
}
