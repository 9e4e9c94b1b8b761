package io.millrace.testdata;

/** What a reader can know of each partition's time, and so which events it must call late. */
final class PartitionClocks {
  private final long[] sent;
  private final long[] lastRecordTime;
  private final long lateAfterRecords;
  private final long lateBy;
  private boolean anyReady;

  PartitionClocks(GeneratorOptions options, int partitions) {
    sent = new long[partitions];
    lastRecordTime = new long[partitions];
    // Without a single record there is no clock to be late by.
    lateAfterRecords = Math.max(1, options.lateAfterRecords());
    lateBy =
        options.allowedLateness().toMillis()
            + options.outOfOrderness().toMillis()
            + 2 * options.bucket().toMillis();
  }

  void sent(int partition, long recordTime) {
    sent[partition]++;
    lastRecordTime[partition] = recordTime;
    anyReady |= readyForLate(partition);
  }

  boolean anyReadyForLate() {
    return anyReady;
  }

  boolean readyForLate(int partition) {
    return sent[partition] >= lateAfterRecords;
  }

  /** The event time before which an event sent to this partition now is late beyond doubt. */
  long lateBefore(int partition) {
    return lastRecordTime[partition] - lateBy;
  }
}
