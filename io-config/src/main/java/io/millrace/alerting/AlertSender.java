package io.millrace.alerting;

import java.io.Serializable;
import java.util.List;
import org.apache.beam.sdk.options.PipelineOptions;

/** A connection to a target, on a worker. Not thread-safe. */
public interface AlertSender extends AutoCloseable {
  /** Opens a sender; it may connect on first use. */
  @FunctionalInterface
  interface Factory extends Serializable {
    AlertSender open(PipelineOptions options);
  }

  /**
   * Messages that were not acknowledged in an attempt.
   *
   * @param messages in the order of the next attempt
   * @param reason in one line, for the log
   * @param operator whether an operator must fix something first
   */
  record Unsent(List<AlertMessage> messages, String reason, boolean operator) {
    public static final Unsent NONE = new Unsent(List.of(), "", false);

    public Unsent {
      messages = List.copyOf(messages);
    }
  }

  /**
   * Attempts messages once, in order and for a few seconds at most. After a failure of the target
   * itself it tries none of the later ones, so that messages about one alert keep their order.
   *
   * @return what was not acknowledged
   */
  Unsent send(List<AlertMessage> messages) throws InterruptedException;

  @Override
  void close();
}
