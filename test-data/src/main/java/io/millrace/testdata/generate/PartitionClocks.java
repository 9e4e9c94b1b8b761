package io.millrace.testdata.generate;

/**
 * Tracks the record times of each partition to know which events a reader must treat as late. A
 * reader's clock ignores a minority of wrong record times. So it is at most {@value #LAG} records
 * behind the last record.
 */
final class PartitionClocks {
  /** Half of the 1024 records that a reader samples, plus the 64 offsets between two samples. */
  static final int LAG = 576;

  private final long[] sent;
  private final long[][] lastRecordTimes;
  private final long lateAfterRecords;
  private final long lateBy;
  private boolean anyReady;

  PartitionClocks(GeneratorOptions options, int partitions) {
    sent = new long[partitions];
    lastRecordTimes = new long[partitions][LAG];
    // Without any record the reader has no clock.
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

  /** The event time before which an event sent to this partition now is certainly late. */
  long lateBefore(int partition) {
    long oldest = Math.max(0, sent[partition] - LAG);
    return lastRecordTimes[partition][(int) (oldest % LAG)] - lateBy;
  }
}
