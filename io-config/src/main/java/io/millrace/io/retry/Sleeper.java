package io.millrace.io.retry;

import java.io.Serializable;

/** Sleeps; replaced in tests. */
@FunctionalInterface
public interface Sleeper extends Serializable {
  void sleep(long millis) throws InterruptedException;
}
