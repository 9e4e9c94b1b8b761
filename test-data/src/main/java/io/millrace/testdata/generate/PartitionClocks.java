package io.millrace.testdata.generate;

/**
 * What a reader can know of each partition's time, and so which events it must call late. A reader
 * goes by a time that many of the last records have reached, so that a minority of wrong times
 * moves nothing: it is at most {@value #LAG} records behind, and at the beginning at the first.
 */
final class PartitionClocks {
  /** Half of the 1024 records that a reader looks at, and the 64 offsets between two looks. */
  static final int LAG = 576;

  private final long[] sent;
  private final long[][] lastRecordTimes;
  private final long lateAfterRecords;
  private final long lateBy;
  private boolean anyReady;

  PartitionClocks(GeneratorOptions options, int partitions) {
    sent = new long[partitions];
    lastRecordTimes = new long[partitions][LAG];
    // Without a single record there is no clock to be late by.
    lateAfterRecords = Math.max(1, options.lateAfterRecords());
    lateBy =
        options.allowedLateness().toMillis()
            + options.outOfOrderness().toMillis()
            + 2 * options.bucket().toMillis();
  }

  void sent(int partition, long recordTime) {
    lastRecordTimes[partition][(int) (sent[partition]++ % LAG)] = recordTime;
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
    long oldest = Math.max(0, sent[partition] - LAG);
    return lastRecordTimes[partition][(int) (oldest % LAG)] - lateBy;
  }
}
