package io.millrace.io.retry;

import java.util.concurrent.ThreadLocalRandom;

/** Exponential backoff with jitter. */
public final class Backoff {
  private static final long FIRST_PAUSE_MILLIS = 500;
  private static final long LONGEST_PAUSE_MILLIS = 10_000;
  private static final int MOST_DOUBLINGS = 20;

  private Backoff() {}

  /**
   * The pause before the next attempt. It doubles up to a maximum; half of it is random, so that
   * workers do not retry at the same moment.
   *
   * @param failures number of failed attempts, at least 1
   */
  public static long pauseMillis(int failures) {
    int doublings = Math.min(failures - 1, MOST_DOUBLINGS);
    long full = Math.min(LONGEST_PAUSE_MILLIS, FIRST_PAUSE_MILLIS << doublings);
    return full / 2 + ThreadLocalRandom.current().nextLong(full / 2 + 1);
  }
}
