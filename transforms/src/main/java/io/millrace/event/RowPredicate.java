package io.millrace.event;

import io.millrace.contract.Condition;
import io.millrace.contract.Contract;
import java.io.Serializable;
import java.util.Set;
import org.checkerframework.checker.nullness.qual.Nullable;

/** A condition of a contract, compiled for its rows. */
public final class RowPredicate implements Serializable {
  private static final long serialVersionUID = 1L;

  private final int field;
  private final Condition.Test test;
  private final Set<String> values;

  private RowPredicate(int field, Condition condition) {
    this.field = field;
    this.test = condition.test();
    this.values = Set.copyOf(condition.values());
  }

  /** Compiles a condition; null for null. */
  public static @Nullable RowPredicate of(Contract contract, @Nullable Condition condition) {
    return condition == null
        ? null
        : new RowPredicate(contract.indexOf(condition.field()), condition);
  }

  /** Whether a row of the contract meets the condition. */
  public boolean test(RowValues row) {
    return switch (test) {
      case PRESENT -> row.raw(field) != null;
      case ABSENT -> row.raw(field) == null;
      case IN -> row.raw(field) != null && values.contains(row.get(field));
    };
  }
}
