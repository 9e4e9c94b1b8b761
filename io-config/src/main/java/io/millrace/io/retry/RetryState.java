package io.millrace.io.retry;

import java.io.Serializable;
import java.util.List;
import org.joda.time.Instant;

/**
 * State of the elements that wait for one destination.
 *
 * @param sinceMillis when the first of them arrived, by the worker's clock
 * @param count number of rows or dead letters in them
 * @param bytes their memory
 * @param failures number of failed attempts
 * @param earliest the earliest timestamp of the elements
 * @param encoding their encoding, see {@link RetryTarget#encoding}
 * @param loggedMillis when the log last reported them, by the worker's clock; or {@link
 *     #NEVER_LOGGED}
 */
record RetryState(
    long sinceMillis,
    long count,
    long bytes,
    int failures,
    Instant earliest,
    int encoding,
    long loggedMillis)
    implements Serializable {
  private static final long serialVersionUID = 1L;

  /** The log has not reported them yet. */
  static final long NEVER_LOGGED = 0;

  static RetryState first(long nowMillis, Instant timestamp, int encoding) {
    return new RetryState(nowMillis, 0, 0, 0, timestamp, encoding, NEVER_LOGGED);
  }

  /**
   * Checks that the elements have the current encoding. A savepoint may have restored them under
   * another contract.
   */
  RetryState checked(String destination, RetryTarget<?> target) {
    if (encoding != target.encoding(destination)) {
      target.refuseRestored(destination, count);
    }
    return this;
  }

  <T> RetryState with(T element, RetryTarget<T> target, Instant timestamp) {
    return new RetryState(
        sinceMillis,
        count + target.count(element),
        bytes + target.bytes(element),
        failures,
        timestamp.isBefore(earliest) ? timestamp : earliest,
        encoding,
        loggedMillis);
  }

  RetryState loggedAt(long millis) {
    return new RetryState(sinceMillis, count, bytes, failures, earliest, encoding, millis);
  }

  /** The state after a failed attempt, with the remaining elements. */
  <T> RetryState failed(List<T> left, RetryTarget<T> target) {
    RetryState after =
        new RetryState(sinceMillis, 0, 0, failures + 1, earliest, encoding, loggedMillis);
    for (T element : left) {
      after = after.with(element, target, earliest);
    }
    return after;
  }
}
