package io.millrace.io;

import io.millrace.contract.Contract;
import io.millrace.event.Clock;
import java.io.Serializable;
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
}
