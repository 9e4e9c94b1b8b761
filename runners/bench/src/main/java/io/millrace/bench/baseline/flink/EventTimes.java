package io.millrace.bench.baseline.flink;

import java.io.Serializable;

/**
 * The rules of event time of the query events. All in milliseconds.
 *
 * @param outOfOrderness how far the watermark stays behind the record times
 * @param bucket lateness is judged by the end of an event's bucket
 * @param lateness how long after that an event is still taken
 * @param maxAhead how far an event's time may be ahead of its record's
 */
public record EventTimes(long outOfOrderness, long bucket, long lateness, long maxAhead)
    implements Serializable {

  /** The watermark from which on an event of this time is late. */
  long lateFrom(long eventTime) {
    return (Math.floorDiv(eventTime, bucket) + 1) * bucket + lateness;
  }
}
