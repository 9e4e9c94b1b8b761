package io.millrace.event;

import io.millrace.contract.Condition;
import io.millrace.contract.Contract;
import java.io.Serializable;
import java.util.Set;
import org.apache.beam.sdk.values.Row;
import org.checkerframework.checker.nullness.qual.Nullable;

/** A condition of a contract, ready to be tested on its rows. */
public final class RowTest implements Serializable {
  private static final long serialVersionUID = 1L;

  private final int field;
  private final Set<String> values;

  private RowTest(int field, Set<String> values) {
    this.field = field;
    this.values = values;
  }

  /** The test of a condition; null if there is none. */
  public static @Nullable RowTest of(Contract contract, @Nullable Condition condition) {
    return condition == null
        ? null
        : new RowTest(contract.indexOf(condition.field()), Set.copyOf(condition.values()));
  }

  /** Whether a row of the contract meets the condition. */
  public boolean test(Row row) {
    Object value = row.getValue(field);
    return value != null && (values.isEmpty() || values.contains(value));
  }
}
