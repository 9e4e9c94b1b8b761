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

  /**
   * Whether decoders of this format obey {@link FieldDefinition#lenient} and {@link
   * FieldDefinition#nullIfInvalid}, and give one value to all fields that have the same path. A
   * contract of another format that uses one of these is refused.
   */
  default boolean hasFieldRules() {
    return false;
  }

  /**
   * The types of fields whose {@link FieldDefinition#lenient} decoders of this format obey,
   * although it has no other field rules.
   */
  default Set<FieldType> lenientTypes() {
    return Set.of();
  }

  /** The options of the format in a contract, each with its allowed values; any value if empty. */
  default Map<String, Set<String>> options() {
    return Map.of();
  }

  /**
   * What the format cannot read by a contract that is valid otherwise, such as a path that its
   * records never have.
   *
   * @return one line for each problem, which begins with the place in the contract, such as {@code
   *     fields.host.path: }
   */
  default List<String> problems(Contract contract) {
    return List.of();
  }

  /** The options whose value is the name of a file; see {@link #fileContent}. */
  default Set<String> fileOptions() {
    return Set.of();
  }

  /**
   * What a contract holds in place of the name of a file, so that workers need no file. A relative
   * name is beside the contract.
   *
   * @param option one of {@link #fileOptions}
   * @throws IllegalArgumentException if the content is invalid; the message says what was expected
   */
  default String fileContent(String option, byte[] content) {
    throw new IllegalArgumentException("not an option with a file: " + option);
  }

  /**
   * Finds options that contradict each other or the fields of their contract.
   *
   * @param options with contents in place of files
   */
  default List<OptionProblem> problems(Map<String, String> options, List<FieldDefinition> fields) {
    return List.of();
  }

  /**
   * A problem of an option in a contract.
   *
   * @param option its name; empty: the format as a whole
   */
  record OptionProblem(String option, String message) {}
}
