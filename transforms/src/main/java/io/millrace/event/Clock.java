package io.millrace.event;

import java.io.Serializable;

/** The wall clock. Tests inject their own. */
@FunctionalInterface
public interface Clock extends Serializable {
  /** The current time in milliseconds since the epoch, UTC. */
  long millis();

  /** The clock of the worker. */
  static Clock system() {
    return System::currentTimeMillis;
  }
}
