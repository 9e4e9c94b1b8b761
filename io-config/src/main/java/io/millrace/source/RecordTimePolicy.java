package io.millrace.source;

import java.util.Optional;
import org.apache.beam.sdk.io.kafka.KafkaRecord;
import org.apache.beam.sdk.io.kafka.TimestampPolicy;
import org.joda.time.Duration;
import org.joda.time.Instant;

/**
 * The watermark of one Kafka partition, which is that of a {@link PartitionWatermark}: it follows
 * Kafka's own record times, and no time claimed inside an event moves it. An idle or empty
 * partition, one without backlog, follows the reader's clock.
 *
 * <p>A record's timestamp is the watermark as it stood when the record arrived; a page's that of
 * its first record.
 */
final class RecordTimePolicy extends TimestampPolicy<byte[], byte[]> {
  private final boolean pages;
  private final PartitionWatermark watermark;

  /**
   * Goes on from where a reader of the partition was.
   *
   * @param pages whether each record is a {@link RecordPage}
   */
  RecordTimePolicy(Duration outOfOrderness, boolean pages, Optional<Instant> previousWatermark) {
    this.pages = pages;
    this.watermark =
        new PartitionWatermark(
            outOfOrderness.getMillis(),
            previousWatermark.map(Instant::getMillis).orElse(PartitionWatermark.UNKNOWN));
  }

  @Override
  public Instant getTimestampForRecord(
      PartitionContext context, KafkaRecord<byte[], byte[]> record) {
    long arrival = watermark.millis();
    if (pages) {
      RecordPage page = RecordPage.of(record.getKV().getValue());
      for (int i = 0; i < page.count(); i++) {
        watermark.arrive(page.timeMillis(i), page.readAtMillis());
      }
    } else {
      watermark.arrive(record.getTimestamp(), context.getBacklogCheckTime().getMillis());
    }
    return Instant.ofEpochMilli(arrival);
  }

  @Override
  public Instant getWatermark(PartitionContext context) {
    if (context.getMessageBacklog() == 0) {
      watermark.idle(context.getBacklogCheckTime().getMillis());
    }
    return Instant.ofEpochMilli(watermark.millis());
  }
}
