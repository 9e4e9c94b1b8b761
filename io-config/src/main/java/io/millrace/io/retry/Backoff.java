package io.millrace.io.retry;

import java.util.concurrent.ThreadLocalRandom;

/** How long to wait before the next attempt. */
public final class Backoff {
  private static final long FIRST_PAUSE_MILLIS = 500;
  private static final long LONGEST_PAUSE_MILLIS = 10_000;
  private static final int MOST_DOUBLINGS = 20;

  private Backoff() {}

  /**
   * Doubles up to the longest; half of it by chance, so that workers do not come back at once.
   *
   * @param failures how many attempts have failed, at least one
   */
  public static long pauseMillis(int failures) {
    int doublings = Math.min(failures - 1, MOST_DOUBLINGS);
    long full = Math.min(LONGEST_PAUSE_MILLIS, FIRST_PAUSE_MILLIS << doublings);
    return full / 2 + ThreadLocalRandom.current().nextLong(full / 2 + 1);
  }
}
