package io.millrace.source;

/**
 * A stretch of a partition's log.
 *
 * @param from the first offset
 * @param to the offset after the last; never before the first
 */
public record OffsetSpan(String topic, int partition, long from, long to) {
  /** How many offsets it has. */
  public long length() {
    return to - from;
  }

  /** The same partition's log from one offset to before another. */
  public OffsetSpan part(long newFrom, long newTo) {
    return new OffsetSpan(topic, partition, newFrom, newTo);
  }

  /** Whether both are of one partition. */
  public boolean samePartition(OffsetSpan other) {
    return partition == other.partition && topic.equals(other.topic);
  }

  /** {@code topic/partition@first}, or {@code topic/partition@first-last}. */
  @Override
  public String toString() {
    return topic + "/" + partition + "@" + from + (length() == 1 ? "" : "-" + (to - 1));
  }
}
