package io.millrace.io;

import io.millrace.contract.Contract;
import io.millrace.event.Clock;
import java.io.Serializable;
import java.util.Map;

/** Where records come from, as a URL. {@link SourceConnector} reads it. */
public interface SourceAddress extends Serializable {
  /**
   * The source that reads this address. Touches nothing.
   *
   * @param contract its event-time rules set the watermark; files are also placed in time by it
   * @param clock the reader's clock; no record time is ahead of it
   * @param tuning what the runner needs
   */
  Source open(Contract contract, Clock clock, ReadTuning tuning);

  /**
   * The settings that the saved state of a source depends on, besides the address: values by flag,
   * with its dashes. Without secrets.
   */
  default Map<String, String> savedSettings() {
    return Map.of();
  }
}
