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
 * <p>KafkaIO's reader notes in a checkpoint the watermark that it was asked for last. One that has
 * just resumed was asked for none: a checkpoint taken then has forgotten it. Who resumes from there
 * begins at the time of the first record, and not with the warm-up of a log of which nothing is
 * known, during which nothing would be late.
 *
 * <p>A record's timestamp is the watermark as it stood when the record arrived; a page's that of
 * its first record.
 */
final class RecordTimePolicy extends TimestampPolicy<byte[], byte[]> {
  private final PartitionWatermark watermark;
  private boolean forgotten;

  /** Goes on from where a reader of the partition was. */
  RecordTimePolicy(Duration outOfOrderness, Optional<Instant> previousWatermark) {
    this.forgotten =
        previousWatermark.filter(w -> w.getMillis() <= PartitionWatermark.UNKNOWN).isPresent();
    this.watermark =
        new PartitionWatermark(
            outOfOrderness.getMillis(),
            previousWatermark.map(Instant::getMillis).orElse(PartitionWatermark.UNKNOWN));
  }

  @Override
  public Instant getTimestampForRecord(
      PartitionContext context, KafkaRecord<byte[], byte[]> record) {
    RecordPage page = RecordPage.isIn(record) ? RecordPage.of(record.getKV().getValue()) : null;
    if (forgotten) {
      forgotten = false;
      // Of a log's first records it is not told from one that nobody has asked for yet.
      if (record.getOffset() >= PartitionWatermark.WARM_UP_RECORDS) {
        watermark.resumeAt(
            page == null ? record.getTimestamp() : page.timeMillis(0),
            page == null ? context.getBacklogCheckTime().getMillis() : page.readAtMillis());
      }
    }
    long arrival = watermark.millis();
    if (page != null) {
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
