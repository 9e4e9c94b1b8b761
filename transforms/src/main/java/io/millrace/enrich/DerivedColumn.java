package io.millrace.enrich;

import io.millrace.contract.Contract;
import io.millrace.contract.Derivation;
import io.millrace.contract.FieldDefinition;
import io.millrace.contract.OnFailure;
import io.millrace.decode.DecodeException;
import io.millrace.event.DeadLetterCode;
import io.millrace.event.RowValues;
import io.millrace.expression.Expressions;
import io.millrace.expression.RowValue;
import java.util.List;
import java.util.Map;
import org.checkerframework.checker.nullness.qual.Nullable;

/**
 * A compiled derivation. Not thread-safe.
 *
 * @param index where the column is in the row
 * @param dead whether an event without a value is a dead letter
 * @param nullable whether the column may hold null
 * @param empty what a column without a value holds
 */
record DerivedColumn(
    String name,
    int index,
    RowValue value,
    boolean dead,
    boolean nullable,
    @Nullable Object empty) {
  static DerivedColumn of(Contract contract, Derivation derivation) {
    int index = contract.indexOf(derivation.name());
    FieldDefinition column = contract.fields().get(index);
    return new DerivedColumn(
        derivation.name(),
        index,
        new Expressions(contract.fields().subList(0, index)).value(derivation.value(), column),
        derivation.onError() == OnFailure.DEAD,
        column.nullable(),
        empty(column));
  }

  private static @Nullable Object empty(FieldDefinition column) {
    return switch (column.type()) {
      case MAP -> Map.of();
      case ARRAY -> List.of();
      default -> null;
    };
  }

  /** Sets the column's value among the values of a row. */
  void fill(RowValues row, @Nullable Object[] values) throws DecodeException {
    Object computed = value.of(row);
    if (computed == RowValue.FAILED || (computed == null && !nullable)) {
      if (dead) {
        throw new DecodeException(
            DeadLetterCode.RULE_FAILED,
            "derive."
                + name
                + ": the expression has no value for this event, or one that the column cannot"
                + " hold");
      }
      computed = empty;
    }
    values[index] = computed;
  }
}
