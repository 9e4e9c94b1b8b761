package io.millrace.kafka.time;

import java.util.Optional;
import org.apache.beam.sdk.io.kafka.TimestampPolicy;
import org.apache.beam.sdk.io.kafka.TimestampPolicyFactory;
import org.apache.kafka.common.TopicPartition;
import org.joda.time.Duration;
import org.joda.time.Instant;

/**
 * Creates a {@link RecordTimePolicy} for each partition.
 *
 * <p>Flink's savepoints contain this object. Keep the class name and version. A field that an older
 * savepoint lacks is null.
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
