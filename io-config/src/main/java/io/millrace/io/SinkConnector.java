package io.millrace.io;

import io.millrace.io.flags.FlagReader;
import java.util.List;
import java.util.function.Function;

/** A system that rows are written to. */
public interface SinkConnector extends Connector {
  /** The form of its URLs in {@code --output}, for messages. */
  String outputForm();

  /**
   * Reads a URL of its scheme.
   *
   * @throws IllegalArgumentException in one line, without secrets, if the URL is wrong
   */
  SinkAddress parseOutput(String url);

  /**
   * Reads its flags, all of them, also if no output needs them.
   *
   * @param outputs the addresses of all outputs that are known
   * @param flags collects the problems
   * @return makes the configuration of one of its own addresses; called only if there is no problem
   */
  Function<SinkAddress, OutputConfig> configure(List<SinkAddress> outputs, FlagReader flags);
}
