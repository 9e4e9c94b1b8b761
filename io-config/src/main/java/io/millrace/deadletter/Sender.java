package io.millrace.deadletter;

import io.millrace.event.DeadLetter;
import java.io.Serializable;
import java.util.List;
import org.apache.beam.sdk.options.PipelineOptions;

/** A connection to a place, on a worker. Used by one thread. */
public interface Sender extends AutoCloseable {
  /** Makes a sender; it may connect when it is first used. */
  @FunctionalInterface
  interface Factory extends Serializable {
    Sender open(PipelineOptions options);
  }

  /**
   * What could not be sent in one attempt.
   *
   * @param letters in their order
   * @param reason in one line, for people
   * @param operator whether somebody has to mend something
   */
  record Unsent(List<DeadLetter> letters, String reason, boolean operator) {
    public static final Unsent NONE = new Unsent(List.of(), "", false);

    /** Copies the list. */
    public Unsent {
      letters = List.copyOf(letters);
    }
  }

  /** Tries once, for some seconds at most, and returns what the place has not acknowledged. */
  Unsent send(List<DeadLetter> letters) throws InterruptedException;

  @Override
  void close();
}
