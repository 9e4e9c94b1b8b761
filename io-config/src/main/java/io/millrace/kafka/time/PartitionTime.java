package io.millrace.kafka.time;

import io.millrace.event.SourceRecord;
import io.millrace.event.SourceRecord.Header;
import io.millrace.io.observe.PartitionProgress;
import java.util.ArrayList;
import java.util.List;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/**
 * The time of one partition for a reader: its {@link PartitionClock}, its {@link
 * PartitionWatermark}, and the times of its records. Records must be passed in the order of their
 * offsets, right before they are handed to the runner: the watermark is the one after them.
 *
 * <p>Times are milliseconds since the epoch, UTC. Not thread-safe. State: that of the clock.
 */
public final class PartitionTime {
  /** Time of a record without one, if no preceding record has one. */
  private static final long EPOCH = 0;

  private static final org.apache.kafka.common.header.Header[] NO_HEADERS = {};

  private final RecordTimes times;
  private final PartitionWatermark watermark;
  private PartitionClock clock = new PartitionClock(0);

  /**
   * Creates the time of a partition, with the clock of an unread one.
   *
   * @param watermark to continue from; {@link PartitionWatermark#UNKNOWN} if there is none
   */
  public PartitionTime(RecordTimes times, long outOfOrdernessMillis, long watermark) {
    this.times = times;
    this.watermark = new PartitionWatermark(outOfOrdernessMillis, watermark);
  }

  /** Continues with the clock of the records before the next one. */
  public void continueWith(PartitionClock known) {
    clock = known;
  }

  /** The partition's watermark, after the records read. */
  public long watermarkMillis() {
    return watermark.millis();
  }

  /** The partition's watermark; {@link PartitionProgress#UNKNOWN} if there is none yet. */
  public long knownWatermarkMillis() {
    long millis = watermark.millis();
    return millis == PartitionWatermark.UNKNOWN ? PartitionProgress.UNKNOWN : millis;
  }

  /** The time of the last record that has one; {@link PartitionProgress#UNKNOWN} without one. */
  public long lastRecordMillis() {
    long millis = clock.lastTime();
    return millis == PartitionClock.UNKNOWN ? PartitionProgress.UNKNOWN : millis;
  }

  /** Reads a page of records, then advances the watermark by it. */
  public List<SourceRecord> read(List<ConsumerRecord<byte[], byte[]>> page) {
    List<SourceRecord> records = new ArrayList<>(page.size());
    for (int i = 0; i < page.size(); i++) {
      records.add(read(page.get(i)));
    }
    watermark.advanceTo(clock.millis());
    return records;
  }

  private SourceRecord read(ConsumerRecord<byte[], byte[]> record) {
    long last = clock.lastTime();
    long time = times.of(record);
    long arrival = clock.read(record.offset(), time);
    return new SourceRecord(
        record.topic(),
        record.partition(),
        record.offset(),
        record.key(),
        record.value(),
        headers(record),
        time != PartitionClock.UNKNOWN ? time : Math.max(last, EPOCH),
        watermark.at(arrival));
  }

  static List<Header> headers(ConsumerRecord<byte[], byte[]> record) {
    var all = record.headers() == null ? NO_HEADERS : record.headers().toArray();
    if (all.length == 0) {
      return List.of();
    }
    List<Header> headers = new ArrayList<>(all.length);
    for (org.apache.kafka.common.header.Header header : all) {
      headers.add(new Header(header.key(), header.value()));
    }
    return headers;
  }

  /** Skips offsets without records. */
  public void skipTo(long offset) {
    clock.skipTo(offset);
  }

  /** Advances the watermark of a partition that had no unread record at a time. */
  public void idleAt(long millis) {
    watermark.advanceTo(millis);
  }
}
