package io.millrace.kafka.read;

import io.millrace.kafka.time.PartitionTime;

/** Where a {@link SplitReader} is in a partition. */
final class PartitionReading {
  final PartitionTime time;

  /** As {@link ReadMark.Position#next}. */
  long next;

  int epoch = -1;

  /** An end of the log of the topic that is read, and not of a later one of its name. */
  long knownEnd;

  boolean asked;

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

  ReadMark.Position position() {
    return new ReadMark.Position(next, epoch, time.watermarkMillis(), Math.max(next, knownEnd));
  }
}
