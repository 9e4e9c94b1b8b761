package io.millrace.kafka.read;

/**
 * When to ask for the next listing of topics: in an interval, soon after a failure, and earlier
 * where somebody needs a listing from after a time. One question at a time. Thread-safe. Times are
 * milliseconds of this process's clock.
 */
final class ListingSchedule {
  /** Time between two listings: a new partition is found within it. */
  static final long INTERVAL_MILLIS = 10_000;

  private static final long RETRY_MILLIS = 1_000;
  private static final long LEAST_INTERVAL_MILLIS = 20;
  private static final long NEVER = Long.MAX_VALUE;

  private boolean asking;
  private long nextMillis;
  private long notBeforeMillis;
  private long wantedMillis = NEVER;

  /** Whether the next question is due. If so, it begins, and must end. */
  synchronized boolean begin(long nowMillis) {
    if (asking || nowMillis < nextMillis) {
      return false;
    }
    asking = true;
    notBeforeMillis = nowMillis + LEAST_INTERVAL_MILLIS;
    return true;
  }

  /**
   * The question is answered.
   *
   * @param askedMillis when it began
   */
  synchronized void answered(long askedMillis) {
    asking = false;
    if (wantedMillis <= askedMillis) {
      wantedMillis = NEVER;
    }
    nextMillis = Math.min(askedMillis + INTERVAL_MILLIS, wantedMillis);
  }

  synchronized void failed(long nowMillis) {
    asking = false;
    nextMillis = nowMillis + RETRY_MILLIS;
    notBeforeMillis = nextMillis;
  }

  /** Makes the next one due in a second. */
  void soon(long nowMillis) {
    wantAt(nowMillis + RETRY_MILLIS);
  }

  /** Makes the next one due, unless one began just now or has failed. */
  synchronized void now(long nowMillis) {
    wantAt(Math.max(nowMillis, notBeforeMillis));
  }

  /** One that is under way may be too early. */
  private synchronized void wantAt(long millis) {
    wantedMillis = Math.min(wantedMillis, millis);
    nextMillis = Math.min(nextMillis, millis);
  }
}
