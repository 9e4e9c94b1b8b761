package io.millrace.deadletter.replay;

import io.millrace.contract.Contract;
import io.millrace.event.Clock;
import io.millrace.io.ReadTuning;
import io.millrace.io.Source;
import io.millrace.io.SourceAddress;

/**
 * The input of a replay.
 *
 * @param directory the directory of its {@link ReplayFile}
 * @param store where the dead letters come from, for display
 * @param rate records a second at most; 0: no limit
 */
public record ReplayAddress(String directory, String store, int rate) implements SourceAddress {
  @Override
  public Source open(Contract contract, Clock clock, ReadTuning tuning) {
    return new ReplaySource(this, tuning.inFlight());
  }
}
