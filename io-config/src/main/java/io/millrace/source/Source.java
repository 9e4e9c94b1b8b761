package io.millrace.source;

import io.millrace.event.SourceRecord;
import java.util.List;
import org.apache.beam.sdk.transforms.PTransform;
import org.apache.beam.sdk.values.PBegin;
import org.apache.beam.sdk.values.PCollection;

/** A place where records come from. */
public interface Source {
  /** The backlog of a source whose reading ends when all has been read. */
  long ENDS_BY_ITSELF = Long.MAX_VALUE;

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
   * How many records are there to be read now, from where a new run would begin; {@link
   * #ENDS_BY_ITSELF} if nobody needs to know because the run ends when they have been read.
   *
   * @throws SourceException in one line, if it cannot be told
   */
  long backlog();

  /**
   * Reads records. Each is timestamped no later than its {@link
   * SourceRecord#arrivalWatermarkMillis}, and the output's watermark never passes that of a record
   * to come.
   */
  PTransform<PBegin, PCollection<SourceRecord>> read();
}
