package io.millrace.io;

import org.apache.beam.sdk.options.PipelineOptions;

/**
 * One system that Millrace reads from or writes to: its URL scheme and its flags. It implements one
 * or more roles: {@link SourceConnector}, {@link SinkConnector}, {@code DeadLetterConnector}.
 * Stateless.
 */
public interface Connector {
  /** The URL scheme with colon and slashes. */
  String scheme();

  /** The options interface that declares its flags. {@link PipelineOptions} if it has none. */
  Class<? extends PipelineOptions> flags();
}
