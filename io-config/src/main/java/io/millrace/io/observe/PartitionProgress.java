package io.millrace.io.observe;

/**
 * How far a partition is read. The reader's thread reports records, the client's thread reports the
 * end of the log, and any thread may ask. Times are milliseconds since the epoch. Thread-safe.
 *
 * <p>Cost: a few volatile writes for a page of records.
 */
public final class PartitionProgress {
  /** An offset or a time that is not known yet. */
  public static final long UNKNOWN = Long.MIN_VALUE;

  private volatile long next = UNKNOWN;
  private volatile long watermarkMillis = UNKNOWN;
  private volatile long recordMillis = UNKNOWN;
  private volatile long end = UNKNOWN;
  private volatile long askedMillis = UNKNOWN;
  private volatile long caughtUpMillis = UNKNOWN;

  /**
   * Reports what was handed to the runner.
   *
   * @param offset the offset of the next record
   * @param time record time of the last record; {@link #UNKNOWN} if there is none
   */
  public void read(long offset, long time) {
    next = offset;
    recordMillis = time;
  }

  /**
   * Reports the watermark.
   *
   * @param millis {@link #UNKNOWN} if there is none yet
   */
  public void watermark(long millis) {
    watermarkMillis = millis;
  }

  /**
   * Reports the end of the log. Only one thread at a time may call it.
   *
   * @param offset the offset after the last record
   * @param millis when it was asked for
   */
  public void end(long offset, long millis) {
    if (end != UNKNOWN && next >= end) {
      caughtUpMillis = askedMillis;
    }
    end = offset;
    askedMillis = millis;
    if (next >= offset) {
      caughtUpMillis = millis;
    }
  }

  /** The offset of the next record; {@link #UNKNOWN} before the first one is known. */
  public long next() {
    return next;
  }

  /** The offset after the last record of the log; {@link #UNKNOWN} before the first answer. */
  public long end() {
    return end;
  }

  /** When the brokers were asked for the last known end; {@link #UNKNOWN} before the answer. */
  public long endAskedMillis() {
    return askedMillis;
  }

  public long watermarkMillis() {
    return watermarkMillis;
  }

  /** Records between the next one and the end of the log; {@link #UNKNOWN} if either is. */
  public long lagRecords() {
    long from = next;
    long to = end;
    return from == UNKNOWN || to == UNKNOWN ? UNKNOWN : Math.max(0, to - from);
  }

  /**
   * How far reading is behind: the time since the last record that was read, or since reading had
   * reached the end of the log, whichever is later. 0 if all is read.
   *
   * @return milliseconds; {@link #UNKNOWN} if it is not known yet
   */
  public long lagMillis(long nowMillis) {
    long lag = lagRecords();
    if (lag == 0 || lag == UNKNOWN) {
      return lag;
    }
    long since = Math.max(recordMillis, caughtUpMillis);
    return since == UNKNOWN ? UNKNOWN : Math.max(0, nowMillis - since);
  }
}
