package io.millrace.enrich;

import io.millrace.contract.Contract;
import io.millrace.decode.DecodeException;
import io.millrace.event.Event;
import io.millrace.event.RowValues;
import io.millrace.lookup.LookupVersion;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.beam.sdk.schemas.Schema;
import org.checkerframework.checker.nullness.qual.Nullable;

/**
 * Gives decoded events the columns that the contract looks up or derives. An event keeps its
 * identity, its time and its origin. Look-ups are shared with all other enrichers of the process
 * until {@link #close}.
 *
 * <p>Cost: a copy of the row's array, a hash look-up for each look-up, and what the expressions
 * cost. No state. Not thread-safe.
 */
public final class EventEnricher implements AutoCloseable {
  private final Schema schema;
  private final int decodedFields;
  private final int addedColumns;
  private final int otherColumns;
  private final LookedUpColumns[] lookedUp;
  private final DerivedColumn[] derived;

  /**
   * Columns that one source added to an event.
   *
   * @param source where their values come from, for people
   */
  public record Addition(String source, List<String> columns) {}

  private EventEnricher(Contract contract, Map<String, LookupVersion> given, boolean metrics) {
    this.schema = contract.schema();
    this.decodedFields = contract.decodedFields();
    this.addedColumns = contract.fields().size() - decodedFields;
    this.otherColumns = schema.getFieldCount() - contract.fields().size();
    this.derived =
        contract.derivations().stream()
            .map(derivation -> DerivedColumn.of(contract, derivation))
            .toArray(DerivedColumn[]::new);
    this.lookedUp =
        contract.lookups().stream()
            .map(
                lookup -> LookedUpColumns.open(contract, lookup, given.get(lookup.name()), metrics))
            .toArray(LookedUpColumns[]::new);
  }

  /** What a contract adds; null if it adds nothing. */
  public static @Nullable EventEnricher of(Contract contract) {
    return contract.isEnriched() ? new EventEnricher(contract, Map.of(), true) : null;
  }

  /** The same outside of a pipeline, where there are no metrics. */
  public static @Nullable EventEnricher withoutMetrics(Contract contract) {
    return withoutMetrics(contract, Map.of());
  }

  /**
   * The same with given versions.
   *
   * @param given what look-ups look up in, by name; the others look up in their sources
   */
  public static @Nullable EventEnricher withoutMetrics(
      Contract contract, Map<String, LookupVersion> given) {
    return contract.isEnriched() ? new EventEnricher(contract, given, false) : null;
  }

  /**
   * Adds the columns to an event. The first call waits for the look-ups as long as their sources
   * cannot be read.
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
    for (LookedUpColumns columns : lookedUp) {
      columns.fill(row, values);
    }
    for (DerivedColumn column : derived) {
      column.fill(row, values);
    }
    return decoded.withValues(row);
  }

  /** Where the added columns of the latest event came from. */
  public List<Addition> additions() {
    List<Addition> additions = new ArrayList<>();
    for (LookedUpColumns columns : lookedUp) {
      additions.add(columns.latest());
    }
    if (derived.length > 0) {
      List<String> names = new ArrayList<>();
      for (DerivedColumn column : derived) {
        names.add(column.name());
      }
      additions.add(new Addition("derived", names));
    }
    return additions;
  }

  @Override
  public void close() {
    for (LookedUpColumns columns : lookedUp) {
      columns.close();
    }
  }
}
