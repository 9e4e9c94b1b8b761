package io.millrace.expression;

import io.millrace.contract.Condition;
import io.millrace.contract.Contract;
import io.millrace.contract.FieldDefinition;
import io.millrace.event.RowValues;
import java.io.Serializable;
import java.util.List;
import java.util.Set;
import org.checkerframework.checker.nullness.qual.Nullable;

/**
 * A condition of a contract, compiled for its rows. A condition that is an expression is compiled
 * on first use; an expression that fails on a row is not met.
 */
public final class RowPredicate implements Serializable {
  private static final long serialVersionUID = 1L;

  private final int field;
  private final Condition.Test test;
  private final Set<String> values;
  private final @Nullable String expression;
  private final List<FieldDefinition> fields;
  private transient @Nullable RowTest compiled;

  private RowPredicate(Contract contract, Condition condition) {
    this.field = contract.indexOf(condition.field());
    this.test = condition.test();
    this.values = Set.copyOf(condition.values());
    this.expression = condition.expression();
    this.fields = expression == null ? List.of() : contract.fields();
  }

  private RowPredicate(List<FieldDefinition> fields, String expression) {
    this.field = -1;
    this.test = Condition.Test.WHEN;
    this.values = Set.of();
    this.expression = expression;
    this.fields = List.copyOf(fields);
  }

  /**
   * Compiles an expression for rows that are not events.
   *
   * @param fields the columns of the rows, in their order
   */
  public static RowPredicate when(List<FieldDefinition> fields, String expression) {
    return new RowPredicate(fields, expression);
  }

  /** Compiles a condition; null for null. */
  public static @Nullable RowPredicate of(Contract contract, @Nullable Condition condition) {
    return condition == null ? null : new RowPredicate(contract, condition);
  }

  /** Whether a row of the contract meets the condition. */
  public boolean test(RowValues row) {
    return switch (test) {
      case PRESENT -> row.raw(field) != null;
      case ABSENT -> row.raw(field) == null;
      case IN -> row.raw(field) != null && values.contains(row.get(field));
      case WHEN -> compiled().test(row) == RowTest.TRUE;
    };
  }

  private RowTest compiled() {
    RowTest ready = compiled;
    if (ready == null) {
      String text = expression;
      if (text == null) {
        throw new IllegalStateException("a condition without its expression");
      }
      ready = new Expressions(fields).condition(text);
      compiled = ready;
    }
    return ready;
  }
}
