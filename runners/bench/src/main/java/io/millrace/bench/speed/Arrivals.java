package io.millrace.bench.speed;

import io.millrace.bench.contender.ExpectedOutcomes;
import java.util.Optional;

/** Events that arrive in a topic while a contender works on its backlog. */
public interface Arrivals {
  /** No more than the backlog. */
  static Arrivals none(Backlog backlog) {
    return share -> Optional.of(backlog.truth());
  }

  /**
   * Called at each sample of a run.
   *
   * @param share rows written so far, relative to those of the backlog; more than 1 if events that
   *     arrived later are written, too
   * @return the outcomes of all events of the topic once the last one has arrived; empty before
   */
  Optional<ExpectedOutcomes> all(double share);
}
