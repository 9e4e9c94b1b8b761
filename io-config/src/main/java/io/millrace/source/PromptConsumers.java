package io.millrace.source;

import java.util.Map;
import org.apache.beam.sdk.transforms.SerializableFunction;
import org.apache.kafka.clients.consumer.Consumer;

/**
 * Opens the consumers of a source, on the workers.
 *
 * <p>Flink keeps this object in its savepoints, with the part of the source that each reader has:
 * the name of the class, its version and its fields must stay, so that later builds can read them.
 */
final class PromptConsumers
    implements SerializableFunction<Map<String, Object>, Consumer<byte[], byte[]>> {
  private static final long serialVersionUID = 1L;

  private final ReadTuning tuning;

  PromptConsumers(ReadTuning tuning) {
    this.tuning = tuning;
  }

  @Override
  public Consumer<byte[], byte[]> apply(Map<String, Object> config) {
    return new PromptConsumer(config, tuning);
  }
}
