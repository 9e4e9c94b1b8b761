package io.millrace.kafka.time;

import io.millrace.contract.Contract;
import io.millrace.decode.EventTimeReader;
import io.millrace.decode.RecordDecoder;
import io.millrace.event.Clock;
import io.millrace.event.Event;
import io.millrace.event.Packed;
import io.millrace.event.SourceRecord;
import java.util.List;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.checkerframework.checker.nullness.qual.Nullable;

/**
 * The times of Kafka's records: the record's own, or the time of its event if it has none. A record
 * has none if its time is negative (Kafka's -1: its producer sent none) or after the year 2299, the
 * last that ClickHouse can hold: a time in nanoseconds is taken for none, not for the end of all
 * time.
 *
 * <p>Follows from the record alone. Times are milliseconds since the epoch, UTC. Not thread-safe.
 * Cost: a record without a time is decoded, and again by {@code DecodeEvents}.
 */
public final class RecordTimes {
  /** 2299-12-31T23:59:59.999Z. */
  static final long LATEST = 10_413_791_999_999L;

  private final @Nullable Packed<Contract> contract;
  private @Nullable EventTimeReader times;

  /**
   * Prepares them.
   *
   * @param contract that of the events; null: records without a time stay without
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
    EventTimeReader compiled = times;
    if (compiled == null) {
      compiled = new EventTimeReader(RecordDecoder.compile(contract.get(), Clock.system()));
      times = compiled;
    }
    // No event is ahead of this record time: max_ahead says nothing about a record without one.
    Event event =
        compiled.latest(
            new SourceRecord(
                record.topic(),
                record.partition(),
                record.offset(),
                record.key(),
                record.value(),
                List.of(),
                Long.MAX_VALUE,
                PartitionClock.UNKNOWN));
    return event != null && event.eventTimeMillis() <= LATEST
        ? event.eventTimeMillis()
        : PartitionClock.UNKNOWN;
  }
}
