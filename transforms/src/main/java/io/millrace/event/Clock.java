package io.millrace.event;

import java.io.Serializable;

/** The wall clock, injected so that tests decide what time it is. */
@FunctionalInterface
public interface Clock extends Serializable {
  /** Milliseconds since the epoch, UTC. */
  long millis();

  /** The worker's own clock. */
  static Clock system() {
    return System::currentTimeMillis;
  }
}
