package io.millrace.contract;

import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * A format of records. The file {@code META-INF/services/io.millrace.contract.RecordFormat} lists
 * all formats: classes that implement {@code io.millrace.decode.RecordDecoder.Factory}.
 */
public interface RecordFormat {
  /** The name of the format in a contract. */
  String name();

  /** Whether a record of this format may always hold many events. */
  default boolean holdsMany() {
    return false;
  }

  /** Where a contract may say that the events in a record are ({@code events}). */
  default Set<EventsInRecord.Kind> eventsIn() {
    return Set.of();
  }

  /** The options of the format in a contract, each with its allowed values; any value if empty. */
  default Map<String, Set<String>> options() {
    return Map.of();
  }

  /**
   * What a contract declares that the format does not have.
   *
   * @return one line for each problem: the path in the contract and what was expected
   */
  default List<String> problems(Contract contract) {
    return List.of();
  }
}
