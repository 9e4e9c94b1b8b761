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
 * Places the lines of a file in time. A line's record time is the time of its event; that is all
 * that a file knows of time, besides the order of its lines.
 *
 * <ul>
 *   <li>A line that is no valid event has the record time of the last one before it that counts, or
 *       {@link #UNKNOWN} if there is none.
 *   <li>A time ahead of the reader's clock by more than the contract's {@code max_ahead} makes no
 *       valid event; one that is ahead by less says nothing about the file's order: the watermark
 *       stays.
 * </ul>
 *
 * <p>So a line's record time follows from the file's content: it is part of what a record is known
 * by in the audit and among the dead letters, and must be the same when the file is read again.
 *
 * <p>A line is decoded once: its event travels with its record. {@code DecodeEvents} decodes what
 * is no valid event again, to make the dead letter. Not thread-safe.
 */
public final class LineTimes {
  /** The record time of lines before the first valid event: the epoch. */
  static final long UNKNOWN = 0;

  private final EventTimeReader times;
  private final Clock clock;
  private final long outOfOrdernessMillis;

  LineTimes(Contract contract, Clock clock) {
    this.times = new EventTimeReader(RecordDecoder.compile(contract, clock));
    this.clock = clock;
    this.outOfOrdernessMillis = contract.time().outOfOrderness().toMillis();
  }

  /** The record of a line that begins at a position. */
  record Timed(SourceRecord record, FilePosition next) {}

  /**
   * Makes a line a record.
   *
   * @param before where the line begins
   * @param endBytes how many bytes lie before the next line
   */
  Timed place(String file, byte[] line, FilePosition before, long endBytes) {
    long now = clock.millis();
    long recordTime = before.recordTimeMillis();
    long lastTime = recordTime;
    FileWatermark log = before.log();
    Event event = times.latest(record(file, line, before, now, null));
    if (event != null) {
      long time = event.eventTimeMillis();
      recordTime = time;
      if (time <= now) {
        lastTime = time;
        log = log.after(time, outOfOrdernessMillis);
      }
    }
    return new Timed(
        record(file, line, before, recordTime, times.isOnly() ? event : null),
        new FilePosition(endBytes, before.lines() + 1, lastTime, log, endBytes));
  }

  private static SourceRecord record(
      String file, byte[] line, FilePosition before, long recordTime, @Nullable Event decoded) {
    return new SourceRecord(
        file, 0, before.lines(), null, line, List.of(), recordTime, before.log().millis(), decoded);
  }
}
