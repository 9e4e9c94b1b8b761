package io.millrace.source;

import io.millrace.contract.Contract;
import io.millrace.decode.DecodeException;
import io.millrace.decode.EventDecoder;
import io.millrace.event.Clock;
import io.millrace.event.SourceRecord;
import java.util.List;

/**
 * Places the lines of a file in time. A line's record time is the time of its event; that is all
 * that a file knows of time, besides the order of its lines.
 *
 * <ul>
 *   <li>A line that is no valid event has the record time of the last one before it that counts, or
 *       the time at which the file was modified.
 *   <li>A time ahead of the reader's clock counts as now, so the contract's {@code max_ahead} can
 *       refuse the event, and it says nothing about the file's order: the watermark stays.
 * </ul>
 *
 * <p>Cost: each line is decoded here and again in {@code DecodeEvents}. Not thread-safe.
 */
final class LineTimes {
  private final EventDecoder decoder;
  private final Clock clock;
  private final long outOfOrdernessMillis;

  LineTimes(Contract contract, Clock clock) {
    this.decoder = EventDecoder.compile(contract, clock);
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
    try {
      long time = decoder.decode(record(file, line, before, now)).eventTimeMillis();
      recordTime = Math.min(time, now);
      if (time <= now) {
        lastTime = time;
        log = log.after(time, outOfOrdernessMillis);
      }
    } catch (DecodeException e) {
      // DecodeEvents finds the same, and makes the dead letter.
    }
    return new Timed(
        record(file, line, before, recordTime),
        new FilePosition(endBytes, before.lines() + 1, lastTime, log));
  }

  private static SourceRecord record(
      String file, byte[] line, FilePosition before, long recordTime) {
    return new SourceRecord(
        file, 0, before.lines(), null, line, List.of(), recordTime, before.log().millis());
  }
}
