package io.millrace.kafka.consume;

/**
 * A range of offsets of a partition.
 *
 * @param from the first offset
 * @param to the offset after the last; at least {@code from}
 */
public record OffsetSpan(String topic, int partition, long from, long to) {
  /**
   * Parses the output of {@link #toString}.
   *
   * @throws IllegalArgumentException in one line, if the text is invalid
   */
  public static OffsetSpan parse(String text) {
    try {
      int at = text.lastIndexOf('@');
      int slash = text.lastIndexOf('/', at);
      int dash = text.indexOf('-', at);
      long first = Long.parseLong(text.substring(at + 1, dash < 0 ? text.length() : dash));
      long last = dash < 0 ? first : Long.parseLong(text.substring(dash + 1));
      int partition = Integer.parseInt(text.substring(slash + 1, at));
      if (slash > 0 && partition >= 0 && first >= 0 && last >= first) {
        return new OffsetSpan(text.substring(0, slash), partition, first, Math.addExact(last, 1));
      }
    } catch (NumberFormatException | IndexOutOfBoundsException | ArithmeticException e) {
      // Reported below.
    }
    throw new IllegalArgumentException(
        "expected topic/partition@first-last, such as events/0@1200-3599; found `" + text + "`");
  }

  public long length() {
    return to - from;
  }

  public OffsetSpan part(long newFrom, long newTo) {
    return new OffsetSpan(topic, partition, newFrom, newTo);
  }

  public boolean samePartition(OffsetSpan other) {
    return partition == other.partition && topic.equals(other.topic);
  }

  /** {@code topic/partition@first}, or {@code topic/partition@first-last}. */
  @Override
  public String toString() {
    return topic + "/" + partition + "@" + from + (length() == 1 ? "" : "-" + (to - 1));
  }
}
