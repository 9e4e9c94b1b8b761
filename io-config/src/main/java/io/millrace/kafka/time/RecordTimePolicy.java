package io.millrace.kafka.time;

import java.util.Optional;
import org.apache.beam.sdk.io.kafka.KafkaRecord;
import org.apache.beam.sdk.io.kafka.TimestampPolicy;
import org.joda.time.Duration;
import org.joda.time.Instant;

/**
 * The watermark of one Kafka partition, which is that of a {@link PartitionWatermark}: it follows
 * Kafka's own record times by the clock that comes with each page, and no time claimed inside an
 * event moves it. An idle or empty partition, one without backlog, follows the reader's clock.
 *
 * <p>KafkaIO's reader notes in a checkpoint the watermark that it was asked for last. One that has
 * just resumed was asked for none: a checkpoint taken then has forgotten it. If the partition was
 * idle before, its watermark may have been ahead of what the log says. Who resumes from there
 * begins at the least record time of the first page, which came after that.
 *
 * <p>A page's timestamp is the watermark as it stood when the page arrived.
 */
public final class RecordTimePolicy extends TimestampPolicy<byte[], byte[]> {
  private final PartitionWatermark watermark;
  private boolean forgotten;

  /** Goes on from where a reader of the partition was. */
  public RecordTimePolicy(Duration outOfOrderness, Optional<Instant> previousWatermark) {
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
      // Of a log's first records nothing can have been forgotten.
      if (page.isPreceded()) {
        watermark.advanceTo(leastTime(page));
      }
    }
    long arrival = watermark.millis();
    watermark.advanceTo(page.clockMillis());
    return Instant.ofEpochMilli(arrival);
  }

  /** A reader's clock is one of the times: a page may be one record, and that one wrong. */
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
