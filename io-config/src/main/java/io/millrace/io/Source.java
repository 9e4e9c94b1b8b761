package io.millrace.io;

import io.millrace.event.SourceRecord;
import java.util.List;
import org.apache.beam.sdk.transforms.PTransform;
import org.apache.beam.sdk.values.PBegin;
import org.apache.beam.sdk.values.PCollection;

/** A place where records come from. */
public interface Source {
  /** The address for people, without secrets. */
  String address();

  /**
   * Looks whether the source can be read. Changes nothing.
   *
   * @return one line for each problem: what is wrong, where, and what to do; empty if all is well
   */
  List<String> check();

  /**
   * Those problems of {@link #check} that are no wrong address: what is there and cannot be read. A
   * run ends with them as it does when it finds them while it reads.
   */
  default List<String> unreadable() {
    return List.of();
  }

  /**
   * Makes the readers of this run stop at what is there now. To be asked before {@link #read}.
   *
   * @return tells when all of it has been read; {@link CatchUp#ENDS_BY_ITSELF} if nobody needs to
   *     know because the run ends by itself
   * @throws SourceException in one line, if it cannot be told
   */
  CatchUp catchUp();

  /**
   * Whether {@link #read} may hand over the very same record again, at any time and without going
   * back to an earlier state.
   */
  default boolean redelivers() {
    return false;
  }

  /** Whether {@link #read} may hand over a lost range in the place of a record. */
  default boolean canLoseRanges() {
    return false;
  }

  /**
   * Reads records. Each is timestamped no later than its {@link
   * SourceRecord#arrivalWatermarkMillis}, and the output's watermark never passes that of a record
   * to come. A range that was lost before it was read comes in the place of a record, see {@link
   * io.millrace.event.LostRange#asRecord}.
   */
  PTransform<PBegin, PCollection<SourceRecord>> read();
}
