package io.millrace.io;

import java.lang.management.ManagementFactory;
import java.util.function.LongSupplier;
import javax.management.InstanceAlreadyExistsException;
import javax.management.JMException;
import javax.management.MBeanServer;
import javax.management.ObjectName;

/**
 * Tells the readers of a run, in the same process, how many records are in flight. A runner without
 * backpressure (the DirectRunner) reads on while the sink waits, until memory is full; a reader
 * that knows can wait too, see {@link InFlightLimit}. What both share is a management bean of the
 * JVM, {@code io.millrace:type=InFlight,run=...}, since a runner serializes everything else apart.
 * Readers of files report the bytes that they have read the same way: a runner's counters stand
 * still during a bundle.
 *
 * <p>The number is asked for at most every {@link #FRESH_NANOS}: asking costs the runner a look at
 * all its counters.
 */
public final class InFlight implements InFlightMXBean, AutoCloseable {
  private static final long FRESH_NANOS = 50_000_000;

  /** In place of a number of records: no more are to be read. */
  static final long THE_END = Long.MAX_VALUE;

  private final ObjectName name;
  private final LongSupplier count;
  private boolean reading = true;
  private long asked;
  private long answer;
  private long bytesRead;

  private InFlight(ObjectName name, LongSupplier count) {
    this.name = name;
    this.count = count;
    this.asked = System.nanoTime() - FRESH_NANOS;
  }

  /**
   * Publishes the number until it is closed.
   *
   * @param run the name under which the run's readers look for it
   */
  public static InFlight publish(String run, LongSupplier count) {
    InFlight bean = new InFlight(name(run), count);
    try {
      server().registerMBean(bean, bean.name);
    } catch (InstanceAlreadyExistsException e) {
      throw new IllegalStateException("two runs are named " + run, e);
    } catch (JMException e) {
      throw new IllegalStateException(e);
    }
    return bean;
  }

  /** Makes the readers wait from now on, so that what is in flight comes to its end. */
  public synchronized void stopReading() {
    reading = false;
  }

  @Override
  public synchronized long getInFlight() {
    if (!reading) {
      return THE_END;
    }
    long now = System.nanoTime();
    if (now - asked >= FRESH_NANOS) {
      answer = count.getAsLong();
      asked = now;
    }
    return answer;
  }

  @Override
  public synchronized long getBytesRead() {
    return bytesRead;
  }

  @Override
  public synchronized void addBytesRead(long bytes) {
    bytesRead += bytes;
  }

  /** Takes the number back; readers do not wait any more. */
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
      throw new IllegalArgumentException("no name for a run: " + run, e);
    }
  }
}
