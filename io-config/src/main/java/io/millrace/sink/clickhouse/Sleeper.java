package io.millrace.sink.clickhouse;

import java.io.Serializable;

/** Waits; injected so that tests need not. */
@FunctionalInterface
interface Sleeper extends Serializable {
  void sleep(long millis) throws InterruptedException;
}
