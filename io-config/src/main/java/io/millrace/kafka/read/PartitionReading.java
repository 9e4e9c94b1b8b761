package io.millrace.kafka.read;

import io.millrace.io.observe.PartitionProgress;
import io.millrace.kafka.time.PartitionTime;
import org.checkerframework.checker.nullness.qual.Nullable;

/** Where a {@link SplitReader} is in a partition. */
final class PartitionReading {
  final PartitionTime time;

  /** As {@link ReadMark.Position#next}. */
  long next;

  int epoch = -1;

  /** An end of the log of the topic that is read, and not of a later one of its name. */
  long knownEnd;

  boolean asked;

  /** When the latest listing was asked for that shows the topic that is read. */
  long listedMillis;

  private @Nullable PartitionProgress progress;

  /** Whether steps are ignored until the poller has moved. */
  boolean moving = true;

  PartitionReading(PartitionTime time, long next) {
    this.time = time;
    this.next = next;
  }

  /** Continues where a checkpoint was. */
  static PartitionReading at(ReadMark.Position position, PartitionTime time) {
    PartitionReading reading = new PartitionReading(time, position.next());
    reading.epoch = position.epoch();
    reading.knownEnd = position.knownEnd();
    return reading;
  }

  /** Reports to an observed run, also later watermarks. */
  void report(PartitionProgress to) {
    progress = to;
    to.read(next, time.lastRecordMillis());
    to.watermark(time.knownWatermarkMillis());
  }

  /**
   * Whether records may be of another topic of the same name: the consumer has learned of topics
   * after the latest listing.
   */
  boolean doubts(Step.Records some) {
    return !moving && listedMillis <= some.updatedMillis();
  }

  /**
   * The watermark after the records read, which follows the clock while all of the log is read.
   *
   * @param end of the log; null if it is unknown
   */
  long watermarkMillis(LogEnds.@Nullable End end) {
    if (end != null && !moving && next >= end.offset()) {
      time.idleAt(end.askedMillis());
    }
    if (progress != null) {
      progress.watermark(time.knownWatermarkMillis());
    }
    return time.watermarkMillis();
  }

  ReadMark.Position position() {
    return new ReadMark.Position(next, epoch, time.watermarkMillis(), Math.max(next, knownEnd));
  }
}
