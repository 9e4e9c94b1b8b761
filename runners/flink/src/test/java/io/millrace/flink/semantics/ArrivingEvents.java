package io.millrace.flink.semantics;

import io.millrace.event.Event;
import io.millrace.event.EventCoder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.apache.beam.sdk.testing.TestStream;
import org.apache.beam.sdk.transforms.windowing.BoundedWindow;
import org.apache.beam.sdk.values.TimestampedValue;
import org.joda.time.Duration;
import org.joda.time.Instant;

/**
 * Events in the order in which they arrive from the partitions of a source, as Millrace's sources
 * give them: each carries the watermark of its partition at its arrival, and the stream's watermark
 * is the least of all partitions'. A partition without a watermark holds it back.
 */
final class ArrivingEvents {
  private final long[] watermarks;
  private final List<TimestampedValue<Event>> bundle = new ArrayList<>();
  private TestStream.Builder<Event> stream =
      TestStream.create(EventCoder.of(SmallEvents.CONTRACT.schema()));
  private long sent;

  private ArrivingEvents(int partitions) {
    watermarks = new long[partitions];
    Arrays.fill(watermarks, BoundedWindow.TIMESTAMP_MIN_VALUE.getMillis());
  }

  /** A source of one partition. */
  static ArrivingEvents ofOnePartition() {
    return new ArrivingEvents(1);
  }

  /** A source of several partitions, numbered from 0. */
  static ArrivingEvents ofPartitions(int count) {
    return new ArrivingEvents(count);
  }

  /** An event arrives in partition 0, in one bundle with its neighbours. */
  ArrivingEvents event(String id, long eventTime) {
    return event(0, id, eventTime);
  }

  /** An event arrives in a partition, in one bundle with its neighbours. */
  ArrivingEvents event(int partition, String id, long eventTime) {
    Event event = SmallEvents.event(id, eventTime, partition, sent++, watermarks[partition]);
    bundle.add(TimestampedValue.of(event, event.timestamp()));
    return this;
  }

  /** What follows is in another bundle than what came before. */
  ArrivingEvents nextBundle() {
    if (!bundle.isEmpty()) {
      TimestampedValue<Event> first = bundle.get(0);
      @SuppressWarnings({"unchecked", "rawtypes"}) // an array of a generic type
      TimestampedValue<Event>[] rest =
          bundle.subList(1, bundle.size()).toArray(new TimestampedValue[0]);
      stream = stream.addElements(first, rest);
      bundle.clear();
    }
    return this;
  }

  /** The watermark of partition 0 moves on. */
  ArrivingEvents watermark(long millis) {
    return watermark(0, millis);
  }

  /** The watermark of a partition moves on, and with it the stream's if this was the least. */
  ArrivingEvents watermark(int partition, long millis) {
    nextBundle();
    long before = least();
    watermarks[partition] = millis;
    if (least() > before) {
      stream = stream.advanceWatermarkTo(Instant.ofEpochMilli(least()));
    }
    return this;
  }

  /** The clock of the workers moves on. */
  ArrivingEvents workersClock(Duration by) {
    nextBundle();
    stream = stream.advanceProcessingTime(by);
    return this;
  }

  /** All events that have arrived; after them the watermark jumps to the end of time. */
  TestStream<Event> stream() {
    nextBundle();
    return stream.advanceWatermarkToInfinity();
  }

  /** How many events have arrived. */
  long sent() {
    return sent;
  }

  private long least() {
    return Arrays.stream(watermarks).min().orElseThrow();
  }
}
