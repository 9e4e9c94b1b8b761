package io.millrace.kafka.time;

import java.util.Optional;
import org.apache.beam.sdk.io.kafka.KafkaRecord;
import org.apache.beam.sdk.io.kafka.TimestampPolicy;
import org.joda.time.Duration;
import org.joda.time.Instant;

/**
 * Timestamp policy of one Kafka partition, by a {@link PartitionWatermark}. The watermark follows
 * the partition's clock in each page, never the time in an event. Without backlog it follows the
 * reader's clock.
 *
 * <p>KafkaIO's checkpoint contains the watermark last reported to the runner. A checkpoint taken
 * right after a resume has none, although an idle partition's watermark may have been ahead of its
 * log. A policy without a watermark therefore begins at the least record time of the first page,
 * whose records arrived later.
 *
 * <p>A page's timestamp is the watermark at its arrival.
 */
public final class RecordTimePolicy extends TimestampPolicy<byte[], byte[]> {
  private final PartitionWatermark watermark;
  private boolean forgotten;

  /** Continues from a reader's watermark. */
  RecordTimePolicy(Duration outOfOrderness, Optional<Instant> previousWatermark) {
    long previous = previousWatermark.map(Instant::getMillis).orElse(PartitionWatermark.UNKNOWN);
    this.forgotten = previous <= PartitionWatermark.NEVER_ASKED;
    this.watermark = new PartitionWatermark(outOfOrderness.getMillis(), previous);
  }

  @Override
  public Instant getTimestampForRecord(
      PartitionContext context, KafkaRecord<byte[], byte[]> record) {
    if (LostRangeRecord.isIn(record)) {
      return Instant.ofEpochMilli(watermark.millis());
    }
    RecordPage page = RecordPage.of(record.getKV().getValue());
    if (forgotten) {
      forgotten = false;
      // Before a log's first records there was no watermark.
      if (page.isPreceded()) {
        watermark.advanceTo(leastTime(page));
      }
    }
    long arrival = watermark.millis();
    watermark.advanceTo(page.clockMillis());
    return Instant.ofEpochMilli(arrival);
  }

  /** Includes the reader's clock, because a page may be a single record with a wrong time. */
  private static long leastTime(RecordPage page) {
    long least = page.readAtMillis();
    for (int i = 0; i < page.count(); i++) {
      least = Math.min(least, page.timeMillis(i));
    }
    return least;
  }

  @Override
  public Instant getWatermark(PartitionContext context) {
    if (context.getMessageBacklog() == 0) {
      watermark.advanceTo(context.getBacklogCheckTime().getMillis());
    }
    return Instant.ofEpochMilli(watermark.millis());
  }
}
