package io.millrace.io;

import java.io.Serializable;
import javax.management.InstanceNotFoundException;
import javax.management.JMException;

/**
 * Limit of events in flight at which the readers of a run wait. There is no limit if no run of this
 * process publishes its number: cluster runners have backpressure.
 *
 * @param run the run's name, see {@link InFlight#publish}
 * @param records the limit; 0: none
 */
public record InFlightLimit(String run, int records) implements Serializable {
  /** Events larger than this count as several. */
  private static final int RECORD_BYTES = 4096;

  /** No limit. */
  public static final InFlightLimit NONE = new InFlightLimit("", 0);

  /**
   * Whether readers should wait.
   *
   * @param averageBytes average size of the reader's records
   */
  public boolean reached(double averageBytes) {
    long inFlight = inFlight();
    if (inFlight == InFlight.DRAINING || records == 0) {
      return inFlight == InFlight.DRAINING;
    }
    // Of a record that holds many events, an event has its share.
    double weight = averageBytes > RECORD_BYTES ? averageBytes / RECORD_BYTES / perRecord() : 1;
    return inFlight * Math.max(1, weight) > records;
  }

  /** Whether the run is draining, so that readers must stop. */
  public boolean isDraining() {
    return inFlight() == InFlight.DRAINING;
  }

  /** Reports bytes read to the run, if it is in this process. */
  public void bytesRead(long bytes) {
    add("addBytesRead", bytes);
  }

  /**
   * Reports records to the run before they are handed over, if it is in this process. For readers
   * of so many at once that the runner's counters are too late for the next reader.
   */
  public void recordsRead(long records) {
    add("addRecordsRead", records);
  }

  private void add(String operation, long number) {
    if (run.isEmpty()) {
      return;
    }
    try {
      Object unused =
          InFlight.server()
              .invoke(
                  InFlight.name(run),
                  operation,
                  new Object[] {number},
                  new String[] {long.class.getName()});
    } catch (InstanceNotFoundException e) {
      return;
    } catch (JMException e) {
      throw new IllegalStateException(e);
    }
  }

  private long inFlight() {
    return attribute("InFlight", 0L).longValue();
  }

  private double perRecord() {
    return attribute("EventsPerRecord", 1.0).doubleValue();
  }

  private Number attribute(String name, Number otherwise) {
    if (run.isEmpty()) {
      return otherwise;
    }
    try {
      return (Number) InFlight.server().getAttribute(InFlight.name(run), name);
    } catch (InstanceNotFoundException e) {
      return otherwise;
    } catch (JMException e) {
      throw new IllegalStateException(e);
    }
  }
}
