package io.millrace.kafka.time;

import java.util.Optional;
import org.apache.beam.sdk.io.kafka.TimestampPolicy;
import org.apache.beam.sdk.io.kafka.TimestampPolicyFactory;
import org.apache.kafka.common.TopicPartition;
import org.joda.time.Duration;
import org.joda.time.Instant;

/**
 * A {@link RecordTimePolicy} for each partition.
 *
 * <p>Flink keeps this object in its savepoints, with the part of the source that each reader has:
 * the name of the class and its version must stay, and a field that a savepoint lacks is null, so
 * that later builds can read them.
 */
public final class RecordTimePolicyFactory implements TimestampPolicyFactory<byte[], byte[]> {
  private static final long serialVersionUID = 1L;

  private final long outOfOrdernessMillis;

  public RecordTimePolicyFactory(long outOfOrdernessMillis) {
    this.outOfOrdernessMillis = outOfOrdernessMillis;
  }

  @Override
  public TimestampPolicy<byte[], byte[]> createTimestampPolicy(
      TopicPartition partition, Optional<Instant> previousWatermark) {
    return new RecordTimePolicy(Duration.millis(outOfOrdernessMillis), previousWatermark);
  }
}
