package io.millrace.io.retry;

import java.io.Serializable;
import java.util.List;
import org.joda.time.Instant;

/**
 * What is known of the elements that wait for one place.
 *
 * @param sinceMillis when the first of them came, by the worker's clock
 * @param count how many rows or dead letters they hold
 * @param bytes how much memory they take
 * @param failures how many attempts have failed here
 * @param earliest the earliest timestamp of the elements
 * @param encoding how they are encoded, see {@link RetryTarget#encoding}
 * @param loggedMillis when the log last said that they wait, by the worker's clock; or {@link
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

  /** The log has not said yet that they wait. */
  static final long NEVER_LOGGED = 0;

  /** The state when the first element comes. */
  static RetryState first(long nowMillis, Instant timestamp, int encoding) {
    return new RetryState(nowMillis, 0, 0, 0, timestamp, encoding, NEVER_LOGGED);
  }

  /**
   * Checks that the elements can be sent as the place needs them now: they may have been restored
   * from a savepoint, under another contract.
   */
  RetryState checked(String place, RetryTarget<?> target) {
    if (encoding != target.encoding(place)) {
      target.refuseRestored(place, count);
    }
    return this;
  }

  /** With one element more. */
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

  /** After the log has said that they wait. */
  RetryState loggedAt(long millis) {
    return new RetryState(sinceMillis, count, bytes, failures, earliest, encoding, millis);
  }

  /** After an attempt that has failed, with the elements that are left. */
  <T> RetryState failed(List<T> left, RetryTarget<T> target) {
    RetryState after =
        new RetryState(sinceMillis, 0, 0, failures + 1, earliest, encoding, loggedMillis);
    for (T element : left) {
      after = after.with(element, target, earliest);
    }
    return after;
  }
}
