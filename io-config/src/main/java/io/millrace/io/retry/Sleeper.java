package io.millrace.io.retry;

import java.io.Serializable;

/** Waits; injected so that tests need not. */
@FunctionalInterface
public interface Sleeper extends Serializable {
  void sleep(long millis) throws InterruptedException;
}
