package io.millrace.kafka.consume;

import io.millrace.contract.Contract;
import io.millrace.event.Packed;
import io.millrace.io.ReadTuning;
import io.millrace.kafka.time.RecordTimes;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;
import org.apache.beam.sdk.transforms.SerializableFunction;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.common.IsolationLevel;
import org.checkerframework.checker.nullness.qual.Nullable;

/**
 * Opens the consumers of a source, on the workers.
 *
 * <p>Flink keeps this object in its savepoints, with the part of the source that each reader has:
 * the name of the class and its version must stay, and a field that a savepoint lacks is null, so
 * that later builds can read them.
 */
public final class ShortPollConsumerFactory
    implements SerializableFunction<Map<String, Object>, Consumer<byte[], byte[]>> {
  private static final long serialVersionUID = 1L;

  private final ReadTuning tuning;

  /** Null in savepoints of builds that did not know it. */
  private final @Nullable Map<String, Integer> partitions;

  /** Null in savepoints of builds that did not know it. */
  private final @Nullable Map<String, String> topicIds;

  /** Null in savepoints of builds that did not know it. */
  private final @Nullable Packed<Contract> contract;

  /** Shared by the consumers of a reader, which are opened with the same object. */
  private transient @Nullable ReadPositions positions;

  private transient @Nullable TopicIdWatch watch;

  /**
   * Prepares them.
   *
   * @param partitions how many each topic has when the pipeline is started, as far as known
   * @param topicIds the id of each topic when the pipeline is started, as far as known
   * @param contract tells the times of records whose producer sent none
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
        readCommitted(config),
        tuning,
        partitions == null ? Map.of() : partitions,
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

  /** Savepoints of builds that read uncommitted records, too, hold no level. */
  private static Map<String, Object> readCommitted(Map<String, Object> config) {
    Map<String, Object> complete = new HashMap<>(config);
    complete.putIfAbsent(
        ConsumerConfig.ISOLATION_LEVEL_CONFIG, IsolationLevel.READ_COMMITTED.toString());
    return complete;
  }

  /** One for all consumers: a runner may open many, one after the other. */
  private synchronized TopicIdWatch watch() {
    TopicIdWatch current = watch;
    if (current == null) {
      current = new TopicIdWatch(topicIds == null ? Map.of() : topicIds);
      watch = current;
    }
    return current;
  }
}
