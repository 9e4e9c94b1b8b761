package io.millrace.io;

import io.millrace.io.flags.FlagReader;
import java.util.List;
import java.util.function.Function;

/** A system that Millrace writes rows to. */
public interface SinkConnector extends Connector {
  /** The URL pattern in {@code --output}, for messages. */
  String outputForm();

  /**
   * Parses a URL of its scheme.
   *
   * @throws IllegalArgumentException in one line, without secrets, if the URL is invalid
   */
  SinkAddress parseOutput(String url);

  /**
   * Validates all its flags, even if no output uses them.
   *
   * @param outputs all valid output addresses
   * @param flags collects the problems
   * @return creates the configuration for one of its own addresses; called only if there are no
   *     problems
   */
  Function<SinkAddress, OutputConfig> configure(List<SinkAddress> outputs, FlagReader flags);
}
