package io.millrace.io;

import io.millrace.contract.Contract;
import io.millrace.event.Clock;
import io.millrace.event.SourceRecord;
import java.io.Serializable;
import java.util.Collection;
import java.util.List;
import java.util.Map;

/** Parsed URL of an {@code --input}. */
public interface SourceAddress extends Serializable {
  /**
   * Creates the source. Opens no connection.
   *
   * @param contract its event-time rules set the watermark, and the record times of files
   */
  Source open(Contract contract, Clock clock, ReadTuning tuning);

  /**
   * Settings, besides the address, that a savepoint depends on: value by flag with its dashes.
   * Without secrets.
   */
  default Map<String, String> savedSettings() {
    return Map.of();
  }

  /** Whether the times of records depend on the contract, so that there can be only one. */
  default boolean readsByContract() {
    return false;
  }

  /** The topics that it names, without patterns; empty if it names none. */
  default List<String> topicNames() {
    return List.of();
  }

  /**
   * Whether a job that continues from a savepoint reads from the address in its flags, with its own
   * out-of-orderness. Otherwise the savepoint holds both.
   */
  default boolean mayMove() {
    return false;
  }

  /**
   * The same without destinations of the run's own dead letters, if a pattern would match them.
   *
   * @param addresses addresses of dead-letter destinations, of any system
   */
  default SourceAddress withoutDeadLetters(Collection<String> addresses) {
    return this;
  }

  /**
   * Reads some records and leaves no trace: no consumer group, no acknowledgment. Needs no {@link
   * #open}.
   *
   * @return the newest records, if the source can tell; empty if it holds none
   * @throws SourceException in one line for each problem, if it cannot be read
   */
  default List<SourceRecord> sample(SampleLimits limits) {
    throw new SourceException("cannot take a sample of " + this, null);
  }
}
