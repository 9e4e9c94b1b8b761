package io.millrace.alerting;

import io.millrace.io.SourceAddress;
import java.io.Serializable;
import java.util.List;

/** A target that receives each change of an alert as a message. */
public interface AlertTarget extends Serializable {
  /** The kind of target in lower case; part of its step names. */
  String kind();

  /** The address for display, without secrets. */
  String address();

  /**
   * Checks that it accepts messages. Changes nothing.
   *
   * @return one line for each problem: what is wrong, where, and what to do; empty if there is none
   */
  List<String> check();

  /** Whether the same run reads this target: alerts would be read back as events. */
  boolean isReadBy(SourceAddress input);

  /** Opens senders on workers. */
  AlertSender.Factory senders();
}
