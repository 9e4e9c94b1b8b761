package io.millrace.enrich;

import io.millrace.contract.Contract;
import io.millrace.contract.Derivation;
import io.millrace.contract.FieldDefinition;
import io.millrace.contract.OnFailure;
import io.millrace.decode.DecodeException;
import io.millrace.event.DeadLetterCode;
import io.millrace.event.Event;
import io.millrace.event.RowValues;
import io.millrace.expression.Expressions;
import io.millrace.expression.RowValue;
import java.util.List;
import java.util.Map;
import org.apache.beam.sdk.schemas.Schema;
import org.checkerframework.checker.nullness.qual.Nullable;

/**
 * Gives decoded events the columns that the contract derives. An event keeps its identity, its time
 * and its origin.
 *
 * <p>Cost: a copy of the row's array, and what the expressions cost. No state. Not thread-safe.
 */
public final class EventEnricher {
  private final Schema schema;
  private final int decodedFields;
  private final int addedColumns;
  private final int otherColumns;
  private final DerivedColumn[] derived;

  /** A compiled derivation. */
  private record DerivedColumn(
      String name, int index, RowValue value, boolean dead, boolean nullable, Object empty) {}

  private final List<Addition> derivations;

  /**
   * Columns that one source added to an event.
   *
   * @param source where their values come from: {@code derived}, for people
   */
  public record Addition(String source, List<String> columns) {}

  private EventEnricher(Contract contract) {
    this.schema = contract.schema();
    this.decodedFields = contract.decodedFields();
    this.addedColumns = contract.fields().size() - decodedFields;
    this.otherColumns = schema.getFieldCount() - contract.fields().size();
    this.derived =
        contract.derivations().stream()
            .map(derivation -> compiled(contract, derivation))
            .toArray(DerivedColumn[]::new);
    List<String> names = contract.derivations().stream().map(Derivation::name).toList();
    this.derivations = names.isEmpty() ? List.of() : List.of(new Addition("derived", names));
  }

  private static DerivedColumn compiled(Contract contract, Derivation derivation) {
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

  /** What a column without a value holds; null: null. */
  private static @Nullable Object empty(FieldDefinition column) {
    return switch (column.type()) {
      case MAP -> Map.of();
      case ARRAY -> List.of();
      default -> null;
    };
  }

  /** The columns that a contract adds; null if it adds none. */
  public static @Nullable EventEnricher of(Contract contract) {
    return contract.isEnriched() ? new EventEnricher(contract) : null;
  }

  /**
   * Adds the columns to an event.
   *
   * @throws DecodeException if the event has no value for a column of which the contract demands
   *     one
   */
  public Event enrich(Event decoded) throws DecodeException {
    RowValues before = decoded.values();
    @Nullable Object[] values = new @Nullable Object[schema.getFieldCount()];
    for (int i = 0; i < decodedFields; i++) {
      values[i] = before.raw(i);
    }
    int shifted = decodedFields + addedColumns;
    for (int i = 0; i < otherColumns; i++) {
      values[shifted + i] = before.raw(decodedFields + i);
    }
    // Expressions see the columns that were added before theirs.
    RowValues row = RowValues.attach(schema, values);
    for (DerivedColumn column : derived) {
      Object value = column.value.of(row);
      if (value == RowValue.FAILED || (value == null && !column.nullable)) {
        if (column.dead) {
          throw new DecodeException(
              DeadLetterCode.RULE_FAILED,
              "derive."
                  + column.name
                  + ": the expression has no value for this event, or one that the column cannot"
                  + " hold");
        }
        value = column.empty;
      }
      values[column.index] = value;
    }
    return decoded.withValues(row);
  }

  /** Where the added columns of the latest event came from. */
  public List<Addition> additions() {
    return derivations;
  }
}
