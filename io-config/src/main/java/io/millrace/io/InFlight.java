package io.millrace.io;

import java.lang.management.ManagementFactory;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import javax.management.InstanceAlreadyExistsException;
import javax.management.JMException;
import javax.management.MBeanServer;
import javax.management.ObjectName;

/**
 * Publishes the number of events in flight to the readers of a run in the same process. The
 * DirectRunner has no backpressure: readers would fill memory while the sink waits. With this
 * number they can wait too, see {@link InFlightLimit}. The number is a JMX bean, {@code
 * io.millrace:type=InFlight,run=...}, because runners serialize readers and leave no other shared
 * object. File readers report bytes the same way, because a runner's counters do not move during a
 * bundle, and readers of many records at once report these: they are in flight before the runner
 * counts them.
 *
 * <p>The number is refreshed at most every {@link #FRESH_NANOS}, because the runner reads all its
 * counters for it.
 */
public final class InFlight implements InFlightMXBean, AutoCloseable {
  private static final long FRESH_NANOS = 50_000_000;

  /** Reported instead of a count when readers must stop. */
  static final long DRAINING = Long.MAX_VALUE;

  private final ObjectName name;
  private final Supplier<Counts> counts;
  private boolean reading = true;
  private long asked;
  private long answer;
  private long counted;
  private double perRecord = 1;
  private long bytesRead;
  private long recordsRead;

  /**
   * What a runner has counted.
   *
   * @param inFlight events without an outcome
   * @param eventsPerRecord how many events a record holds on average, not less than 1
   * @param records records read
   */
  public record Counts(long inFlight, double eventsPerRecord, long records) {
    /** Of a run that has read nothing. */
    public static final Counts NONE = new Counts(0, 1, 0);
  }

  private InFlight(ObjectName name, Supplier<Counts> counts) {
    this.name = name;
    this.counts = counts;
    this.asked = System.nanoTime() - FRESH_NANOS;
  }

  /**
   * Publishes the number until {@link #close}.
   *
   * @param run name by which the run's readers find it
   */
  public static InFlight publish(String run, LongSupplier count) {
    return publish(run, () -> new Counts(count.getAsLong(), 1, 0));
  }

  /** The same where records may hold many events, or are handed over many at once. */
  public static InFlight publish(String run, Supplier<Counts> counts) {
    InFlight bean = new InFlight(name(run), counts);
    try {
      server().registerMBean(bean, bean.name);
    } catch (InstanceAlreadyExistsException e) {
      throw new IllegalStateException("run " + run + " is already registered", e);
    } catch (JMException e) {
      throw new IllegalStateException(e);
    }
    return bean;
  }

  /** Stops the readers, so that the records in flight drain. */
  public synchronized void stopReading() {
    reading = false;
  }

  @Override
  public synchronized long getInFlight() {
    if (!reading) {
      return DRAINING;
    }
    long nanos = System.nanoTime();
    if (nanos - asked >= FRESH_NANOS) {
      Counts now = counts.get();
      answer = now.inFlight();
      counted = now.records();
      perRecord = now.eventsPerRecord();
      asked = nanos;
    }
    return answer + Math.max(0, recordsRead - counted);
  }

  @Override
  public synchronized double getEventsPerRecord() {
    return perRecord;
  }

  @Override
  public synchronized long getBytesRead() {
    return bytesRead;
  }

  @Override
  public synchronized void addBytesRead(long bytes) {
    bytesRead += bytes;
  }

  @Override
  public synchronized void addRecordsRead(long records) {
    recordsRead += records;
  }

  /** Unregisters the number; readers no longer wait. */
  @Override
  public void close() {
    try {
      if (server().isRegistered(name)) {
        server().unregisterMBean(name);
      }
    } catch (JMException e) {
      throw new IllegalStateException(e);
    }
  }

  static MBeanServer server() {
    return ManagementFactory.getPlatformMBeanServer();
  }

  static ObjectName name(String run) {
    try {
      return new ObjectName("io.millrace:type=InFlight,run=" + ObjectName.quote(run));
    } catch (JMException e) {
      throw new IllegalArgumentException("invalid run name: " + run, e);
    }
  }
}
