package io.millrace.io;

import java.io.Serializable;
import javax.management.InstanceNotFoundException;
import javax.management.JMException;

/**
 * How many records of a run may be in flight before its readers wait. Where nobody in the process
 * publishes the run's number (a worker of a cluster, whose runner has backpressure), there is no
 * limit.
 *
 * @param run the run's name, see {@link InFlight#publish}
 * @param records the limit; 0: none
 */
public record InFlightLimit(String run, int records) implements Serializable {
  /** Records larger than this count as several. */
  private static final int RECORD_BYTES = 4096;

  /** No limit. */
  public static final InFlightLimit NONE = new InFlightLimit("", 0);

  /**
   * Whether readers should wait.
   *
   * @param averageBytes how large the reader's records are
   */
  public boolean reached(double averageBytes) {
    long inFlight = inFlight();
    return inFlight == InFlight.THE_END
        || (records > 0 && inFlight * Math.max(1, averageBytes / RECORD_BYTES) > records);
  }

  /** Whether the run comes to its end, and nothing more is to be read. */
  public boolean ends() {
    return inFlight() == InFlight.THE_END;
  }

  /** Reports bytes that a reader has read, if somebody in the process wants to know. */
  public void bytesRead(long bytes) {
    if (run.isEmpty()) {
      return;
    }
    try {
      Object unused =
          InFlight.server()
              .invoke(
                  InFlight.name(run),
                  "addBytesRead",
                  new Object[] {bytes},
                  new String[] {long.class.getName()});
    } catch (InstanceNotFoundException e) {
      return;
    } catch (JMException e) {
      throw new IllegalStateException(e);
    }
  }

  private long inFlight() {
    if (run.isEmpty()) {
      return 0;
    }
    try {
      return (Long) InFlight.server().getAttribute(InFlight.name(run), "InFlight");
    } catch (InstanceNotFoundException e) {
      return 0;
    } catch (JMException e) {
      throw new IllegalStateException(e);
    }
  }
}
