package io.millrace.kafka.read;

/**
 * How far consumers read ahead. A consumer holds fetched bytes of each of its partitions, and a
 * whole response until the last partition of it is read; each split has a consumer, and some polls
 * of records that wait for the runner. With many partitions that would be a gigabyte of fetched
 * bytes, and records that live long enough for the garbage collector to move them.
 */
final class ReadAhead {
  /** Kafka's default. */
  private static final int MOST_BYTES = 1 << 20;

  /** A usual batch of a producer. A larger batch is fetched as a whole. */
  private static final int LEAST_BYTES = 16 << 10;

  private static final int HEAP_SHARE = 16;

  /** Kafka's default. */
  private static final int MOST_RECORDS = 500;

  /** Fewer save nothing: a poll costs some tens of microseconds. */
  private static final int LEAST_RECORDS = 100;

  private static final int RECORDS_OF_ALL = 8_000;

  private ReadAhead() {}

  /**
   * The bytes of a partition that are fetched at once.
   *
   * @param partitions the number of partitions that this process may have to read
   */
  static int fetchBytes(int partitions) {
    return fetchBytes(partitions, Runtime.getRuntime().maxMemory());
  }

  static int fetchBytes(int partitions, long heapBytes) {
    long each = heapBytes / HEAP_SHARE / Math.max(1, partitions);
    return (int) Math.max(LEAST_BYTES, Math.min(MOST_BYTES, each));
  }

  /** The records of a poll. */
  static int pollRecords(int partitions) {
    int each = RECORDS_OF_ALL / Math.max(1, partitions);
    return Math.max(LEAST_RECORDS, Math.min(MOST_RECORDS, each));
  }
}
