package io.millrace.deadletter;

import io.millrace.event.DeadLetter;
import java.io.Serializable;
import java.util.List;
import org.apache.beam.sdk.options.PipelineOptions;

/** A connection to a destination, on a worker. Not thread-safe. */
public interface Sender extends AutoCloseable {
  /** Opens a sender; it may connect on first use. */
  @FunctionalInterface
  interface Factory extends Serializable {
    Sender open(PipelineOptions options);
  }

  /**
   * Dead letters that were not acknowledged in an attempt.
   *
   * @param letters in order
   * @param reason in one line, for the log
   * @param operator whether an operator must fix something first
   */
  record Unsent(List<DeadLetter> letters, String reason, boolean operator) {
    public static final Unsent NONE = new Unsent(List.of(), "", false);

    public Unsent {
      letters = List.copyOf(letters);
    }
  }

  /** Attempts once, for a few seconds at most, and returns what was not acknowledged. */
  Unsent send(List<DeadLetter> letters) throws InterruptedException;

  @Override
  void close();
}
