package io.millrace.transforms;

import io.millrace.contract.Contract;
import java.io.Serializable;

/**
 * Divides event time into buckets of equal length. All times are in milliseconds since the epoch,
 * UTC.
 */
public record TimeBuckets(long lengthMillis, long latenessMillis) implements Serializable {
  public static TimeBuckets of(Contract.TimeBounds time) {
    return new TimeBuckets(time.bucket().toMillis(), time.allowedLateness().toMillis());
  }

  /** The number of the bucket that contains an instant. */
  public long of(long millis) {
    return Math.floorDiv(millis, lengthMillis);
  }

  /** The instant at which the watermark makes every event of the bucket late. */
  public long lateFrom(long bucket) {
    return (bucket + 1) * lengthMillis + latenessMillis;
  }
}
