package io.millrace.io;

import java.io.Serializable;

/**
 * Limit of records in flight at which the readers of a run wait. There is no limit if no run of
 * this process publishes its number: cluster runners have backpressure.
 *
 * @param run the run's name, see {@link InFlight#publish}
 * @param records the limit; 0: none
 */
public record InFlightLimit(String run, int records) implements Serializable {
  /** Records larger than this count as several. */
  private static final int RECORD_BYTES = 4096;

  public static final InFlightLimit NONE = new InFlightLimit("", 0);

  /** Whether readers should wait whose records have this average size. */
  public boolean reached(double averageBytes) {
    long inFlight = inFlight();
    return inFlight == InFlight.DRAINING
        || (records > 0 && inFlight * Math.max(1, averageBytes / RECORD_BYTES) > records);
  }

  public boolean isDraining() {
    return inFlight() == InFlight.DRAINING;
  }

  /** Reports bytes read to the run, if it is in this process. */
  public void bytesRead(long bytes) {
    InFlight published = InFlight.of(run);
    if (published != null) {
      published.addBytesRead(bytes);
    }
  }

  private long inFlight() {
    InFlight published = InFlight.of(run);
    return published == null ? 0 : published.getInFlight();
  }
}
