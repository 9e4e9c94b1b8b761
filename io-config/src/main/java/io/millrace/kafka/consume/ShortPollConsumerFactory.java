package io.millrace.kafka.consume;

import io.millrace.contract.Contract;
import io.millrace.event.Packed;
import io.millrace.io.ReadTuning;
import io.millrace.kafka.client.ClientProperties;
import io.millrace.kafka.time.RecordTimes;
import java.util.Map;
import java.util.TreeMap;
import org.apache.beam.sdk.transforms.SerializableFunction;
import org.apache.kafka.clients.consumer.Consumer;
import org.checkerframework.checker.nullness.qual.Nullable;

/**
 * Creates the consumers of a source, on the workers.
 *
 * <p>Flink's savepoints contain this object: keep the class name and version.
 */
public final class ShortPollConsumerFactory
    implements SerializableFunction<Map<String, Object>, Consumer<byte[], byte[]>> {
  private static final long serialVersionUID = 1L;

  private final ReadTuning tuning;
  private final Map<String, Integer> partitions;
  private final Map<String, String> topicIds;
  private final Packed<Contract> contract;

  /** Shared by a reader's consumers, which the same factory object creates. */
  private transient @Nullable ReadPositions positions;

  private transient @Nullable TopicIdWatch watch;

  /**
   * Creates the factory.
   *
   * @param partitions number of each topic's partitions at the start of the pipeline, if known
   * @param topicIds id of each topic at the start of the pipeline, if known
   * @param contract determines the times of records without one
   */
  public ShortPollConsumerFactory(
      ReadTuning tuning,
      Map<String, Integer> partitions,
      Map<String, String> topicIds,
      Contract contract) {
    this.tuning = tuning;
    this.partitions = new TreeMap<>(partitions);
    this.topicIds = new TreeMap<>(topicIds);
    this.contract = Packed.of(contract);
  }

  @Override
  public Consumer<byte[], byte[]> apply(Map<String, Object> config) {
    return new ShortPollConsumer(
        ClientProperties.resolve(config),
        tuning,
        partitions,
        watch(),
        new RecordTimes(contract),
        positions());
  }

  private synchronized ReadPositions positions() {
    if (positions == null) {
      positions = new ReadPositions();
    }
    return positions;
  }

  /** One for all consumers, because a runner may create many in sequence. */
  private synchronized TopicIdWatch watch() {
    if (watch == null) {
      watch = new TopicIdWatch(topicIds);
    }
    return watch;
  }
}
