package io.millrace.io;

import io.millrace.event.SourceRecord;
import java.util.List;
import org.apache.beam.sdk.transforms.PTransform;
import org.apache.beam.sdk.values.PBegin;
import org.apache.beam.sdk.values.PCollection;

/** Reads records of one input. */
public interface Source {
  /** The address for display, without secrets. */
  String address();

  /**
   * Checks that the source can be read. Changes nothing.
   *
   * @return one line for each problem: what is wrong, where, and what to do; empty if there is none
   */
  List<String> check();

  /**
   * Problems of {@link #check} with an existing input that cannot be read, not with its address. A
   * run fails as if it met them while reading.
   */
  default List<String> unreadable() {
    return List.of();
  }

  /**
   * Limits the readers of this run to the records that exist now. Call it before {@link #read}.
   *
   * @return reports when all of them have been read; {@link CatchUp#ENDS_BY_ITSELF} for a bounded
   *     source
   * @throws SourceException in one line, if the end cannot be determined
   */
  CatchUp catchUp();

  /**
   * Whether {@link #read} may emit the very same record again, at any time and without a restart
   * from an earlier state.
   */
  default boolean redelivers() {
    return false;
  }

  /** Whether it replays dead letters at their original places. */
  default boolean replays() {
    return false;
  }

  /**
   * Whether it reads archived rows, which are decoded already: records that {@link
   * io.millrace.transforms.RestoreEvents} takes.
   */
  default boolean restores() {
    return false;
  }

  /**
   * Tells the source that all elements it has handed over have a durable outcome, if their number
   * is the given one. On a runner without durable checkpoints it can commit its position then.
   *
   * @param handedOver number of records and of lost ranges that the run has read
   */
  default void settled(long handedOver) {}

  /**
   * Whether the readers in this process have handed over no more than this. A runner may hold
   * elements that no step has counted yet. A source that does not know it returns true.
   *
   * @param handedOver number of records and of lost ranges that the run has read
   */
  default boolean isAllCounted(long handedOver) {
    return true;
  }

  /** Tells the source that its run in this process has ended, so that it can free what it keeps. */
  default void ended() {}

  /** Whether {@link #read} may emit a lost range in place of a record. */
  default boolean canLoseRanges() {
    return false;
  }

  /**
   * Reads records. Each timestamp is at most the record's {@link
   * SourceRecord#arrivalWatermarkMillis}, and the output watermark never passes that of a later
   * record. A range that was lost before it was read is emitted in place of a record, see {@link
   * io.millrace.event.LostRange#asRecord}.
   */
  PTransform<PBegin, PCollection<SourceRecord>> read();
}
