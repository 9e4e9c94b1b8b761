package io.millrace.kafka.time;

import io.millrace.contract.Contract;
import io.millrace.decode.EventTimeReader;
import io.millrace.decode.RecordDecoder;
import io.millrace.event.Clock;
import io.millrace.event.Event;
import io.millrace.event.Packed;
import io.millrace.event.SourceRecord;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.checkerframework.checker.nullness.qual.Nullable;

/**
 * Determines record times: the record's own, or the time of its event if it has none. A time that
 * is negative (Kafka's -1) or after the year 2299 counts as none. The upper limit is ClickHouse's,
 * and rejects times in nanoseconds.
 *
 * <p>Depends only on the record. Times are milliseconds since the epoch, UTC. Not thread-safe.
 * Cost: decodes records without a time.
 */
public final class RecordTimes {
  /** 2299-12-31T23:59:59.999Z. */
  static final long LATEST = 10_413_791_999_999L;

  private final @Nullable Packed<Contract> contract;
  private @Nullable EventTimeReader times;

  /**
   * Creates an instance.
   *
   * @param contract contract of the events; null: records without a time stay without one
   */
  public RecordTimes(@Nullable Packed<Contract> contract) {
    this.contract = contract;
  }

  /** The record's time; {@link PartitionClock#UNKNOWN} if its event has none either. */
  long of(ConsumerRecord<byte[], byte[]> record) {
    long time = record.timestamp();
    return isKnown(time) ? time : timeOfEvent(record);
  }

  private static boolean isKnown(long time) {
    return time >= 0 && time <= LATEST;
  }

  private long timeOfEvent(ConsumerRecord<byte[], byte[]> record) {
    if (contract == null) {
      return PartitionClock.UNKNOWN;
    }
    if (times == null) {
      times = new EventTimeReader(RecordDecoder.compile(contract.get(), Clock.system()));
    }
    // Long.MAX_VALUE disables max_ahead, which needs a record time.
    Event event =
        times.latest(
            new SourceRecord(
                record.topic(),
                record.partition(),
                record.offset(),
                record.key(),
                record.value(),
                PartitionTime.headers(record),
                Long.MAX_VALUE,
                PartitionClock.UNKNOWN));
    return event != null && event.eventTimeMillis() <= LATEST
        ? event.eventTimeMillis()
        : PartitionClock.UNKNOWN;
  }
}
