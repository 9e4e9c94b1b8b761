package io.millrace.file;

import io.millrace.contract.Contract;
import io.millrace.decode.EventTimeReader;
import io.millrace.decode.RecordDecoder;
import io.millrace.event.Clock;
import io.millrace.event.Event;
import io.millrace.event.SourceRecord;
import java.util.List;
import org.checkerframework.checker.nullness.qual.Nullable;

/**
 * Determines record times and watermarks of the lines of a file. A line's record time is the time
 * of its event.
 *
 * <ul>
 *   <li>An invalid event has the record time of the last preceding line with a valid one, or {@link
 *       #UNKNOWN}.
 *   <li>An event without a time of its own, in a format that allows it, has the same.
 *   <li>An event ahead of the reader's clock by more than the contract's {@code max_ahead} is
 *       invalid. One that is ahead by less does not advance the watermark.
 * </ul>
 *
 * <p>So record times depend only on the file's content. They identify records in the audit and in
 * dead letters, and must be the same when the file is read again.
 *
 * <p>A line is decoded once, and its event is part of its record. {@code DecodeEvents} decodes only
 * invalid events again, to create the dead letter. Not thread-safe.
 */
final class LineTimes {
  /** Record time of lines before the first valid event: the epoch. */
  static final long UNKNOWN = 0;

  private final EventTimeReader times;
  private final Clock clock;
  private final long outOfOrdernessMillis;

  LineTimes(Contract contract, Clock clock) {
    this.times = new EventTimeReader(RecordDecoder.compile(contract, clock));
    this.clock = clock;
    this.outOfOrdernessMillis = contract.time().outOfOrderness().toMillis();
  }

  record Timed(SourceRecord record, FilePosition next) {}

  /** Converts the line at a position to a record; {@code endBytes} is the next line's position. */
  Timed toRecord(String file, byte[] line, FilePosition before, long endBytes) {
    long now = clock.millis();
    long recordTime = before.recordTimeMillis();
    long lastTime = recordTime;
    FileWatermark watermark = before.watermark();
    Event event = times.latest(record(file, line, before, now, null));
    if (event != null
        && event.eventTimeMillis() == now
        && followsRecordTime(file, line, before, now)) {
      // A file must give the same when it is read again.
      event = times.latest(record(file, line, before, recordTime, null));
    }
    if (event != null) {
      long time = event.eventTimeMillis();
      recordTime = time;
      if (time <= now) {
        lastTime = time;
        watermark = watermark.after(time, outOfOrdernessMillis);
      }
    }
    return new Timed(
        record(file, line, before, recordTime, times.isOnly() ? event : null),
        new FilePosition(endBytes, before.lines() + 1, lastTime, watermark, endBytes));
  }

  /** Whether an event has no time of its own, but that of its record. */
  private boolean followsRecordTime(String file, byte[] line, FilePosition before, long now) {
    Event other = times.latest(record(file, line, before, now - 1, null));
    return other != null && other.eventTimeMillis() == now - 1;
  }

  private static SourceRecord record(
      String file, byte[] line, FilePosition before, long recordTime, @Nullable Event decoded) {
    return new SourceRecord(
        file,
        0,
        before.lines(),
        null,
        line,
        List.of(),
        recordTime,
        before.watermark().millis(),
        decoded);
  }
}
