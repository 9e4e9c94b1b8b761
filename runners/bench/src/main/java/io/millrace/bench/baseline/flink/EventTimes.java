package io.millrace.bench.baseline.flink;

import java.io.Serializable;

/**
 * The event-time rules of query events, in milliseconds.
 *
 * @param outOfOrderness lag of the watermark behind the record times
 * @param bucket size of the time bucket whose end determines lateness
 * @param lateness allowed lateness
 * @param maxAhead maximum lead of an event's time over its record's
 */
public record EventTimes(long outOfOrderness, long bucket, long lateness, long maxAhead)
    implements Serializable {

  /** The watermark at which an event of this time becomes late. */
  long lateFrom(long eventTime) {
    return (Math.floorDiv(eventTime, bucket) + 1) * bucket + lateness;
  }
}
