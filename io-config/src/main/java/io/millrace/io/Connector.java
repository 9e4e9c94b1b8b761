package io.millrace.io;

import org.apache.beam.sdk.options.PipelineOptions;

/**
 * One system that Millrace reads from or writes to: its URLs and its flags. A system implements the
 * roles that it has: {@link SourceConnector}, {@link SinkConnector}, {@code DeadLetterConnector}.
 * Connectors have no state.
 */
public interface Connector {
  /** The start of its URLs, with colon and slashes. */
  String scheme();

  /** Its flags, as texts; an interface without getters if it has none. */
  Class<? extends PipelineOptions> flags();
}
