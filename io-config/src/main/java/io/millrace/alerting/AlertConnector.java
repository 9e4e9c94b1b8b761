package io.millrace.alerting;

import io.millrace.io.Connector;
import io.millrace.io.SourceAddress;
import io.millrace.io.flags.FlagReader;
import org.checkerframework.checker.nullness.qual.Nullable;

/** A system that can receive the changes of alerts besides the sinks' tables. */
public interface AlertConnector extends Connector {
  /** The URL pattern in {@code --alerts}, for messages. */
  String alertForm();

  /**
   * Parses a URL of its scheme.
   *
   * @param input the run's input, with its flags applied; null if there is none or it is unknown
   * @param flags its flags; those that belong to alerts only are validated here
   * @throws IllegalArgumentException in one line, without secrets, if the URL is invalid
   */
  AlertTarget parseAlerts(String url, @Nullable SourceAddress input, FlagReader flags);
}
