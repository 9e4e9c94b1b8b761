package io.millrace.source;

import java.util.Optional;
import org.apache.beam.sdk.io.kafka.KafkaRecord;
import org.apache.beam.sdk.io.kafka.TimestampPolicy;
import org.apache.beam.sdk.transforms.windowing.BoundedWindow;
import org.joda.time.Duration;
import org.joda.time.Instant;

/**
 * The watermark of one Kafka partition: the greatest record time read so far, less the allowed
 * out-of-orderness. No time claimed inside an event moves it, and a record time ahead of the
 * reader's own clock counts as now, so a producer with a wrong clock cannot push it forward.
 *
 * <p>A record's timestamp is the watermark as it stood when the record arrived, set by the records
 * before it only. Downstream judges lateness by it.
 *
 * <p>An idle or empty partition, one without backlog, follows the reader's clock less the
 * out-of-orderness. The first {@link #WARM_UP_RECORDS} records of a partition with a backlog are
 * read before its clock is trusted: one record says little about how the log is ordered, and a
 * handful of old events in a fresh topic is a sample, not a late flood. How many of them were read
 * is kept in the watermark itself, as milliseconds after the least timestamp, because that is all
 * that a reader remembers of a partition when it resumes.
 */
final class RecordTimePolicy extends TimestampPolicy<byte[], byte[]> {
  /** How many records of a partition are read before it has a watermark. */
  static final int WARM_UP_RECORDS = 250;

  private static final Instant UNKNOWN = BoundedWindow.TIMESTAMP_MIN_VALUE;
  private static final Instant KNOWN = UNKNOWN.plus(Duration.millis(WARM_UP_RECORDS));

  private final Duration outOfOrderness;
  private Instant watermark;

  RecordTimePolicy(Duration outOfOrderness, Optional<Instant> previousWatermark) {
    this.outOfOrderness = outOfOrderness;
    this.watermark = previousWatermark.filter(UNKNOWN::isBefore).orElse(UNKNOWN);
  }

  @Override
  public Instant getTimestampForRecord(
      PartitionContext context, KafkaRecord<byte[], byte[]> record) {
    Instant arrival = watermark;
    if (watermark.isBefore(KNOWN)) {
      watermark = watermark.plus(Duration.millis(1));
    } else {
      long recordTime = Math.min(record.getTimestamp(), context.getBacklogCheckTime().getMillis());
      advanceTo(Instant.ofEpochMilli(recordTime).minus(outOfOrderness));
    }
    return arrival;
  }

  @Override
  public Instant getWatermark(PartitionContext context) {
    if (context.getMessageBacklog() == 0) {
      advanceTo(context.getBacklogCheckTime().minus(outOfOrderness));
    }
    return watermark;
  }

  private void advanceTo(Instant instant) {
    if (instant.isAfter(watermark)) {
      watermark = instant;
    }
  }
}
