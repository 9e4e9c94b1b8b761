package io.millrace.verify;

import io.millrace.kafka.consume.OffsetSpan;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.TopicPartition;
import org.checkerframework.checker.nullness.qual.Nullable;

/**
 * Offsets that were never read and can no longer be: the log removed them first. Those that a later
 * reading covers are not in it, nor those that were accepted as lost.
 *
 * @param beforeRead those that a reader found missing and wrote to the audit
 * @param notInLog those between the first offset that the audit knows and the beginning of the log
 *     that have no outcome. Nobody can tell whether they were records: transaction markers take
 *     offsets, and compaction leaves gaps
 * @param accepted those that would be in one of the others if they had not been accepted
 */
public record LostRanges(
    List<OffsetSpan> beforeRead, List<OffsetSpan> notInLog, List<OffsetSpan> accepted) {
  /**
   * Finds them.
   *
   * @param found what readers found missing; may overlap
   * @param removed what the log has held once and holds no more
   * @param covered what has an outcome, sorted by the first offset within each partition
   * @param accepted what the user has accepted as lost; may overlap
   */
  static LostRanges of(
      List<OffsetSpan> found,
      List<OffsetSpan> removed,
      List<OffsetSpan> covered,
      List<OffsetSpan> accepted) {
    List<OffsetSpan> lost = OffsetGaps.of(union(found), covered);
    List<OffsetSpan> gone = OffsetGaps.of(OffsetGaps.of(union(removed), covered), union(lost));
    List<OffsetSpan> ok = union(accepted);
    List<OffsetSpan> lostNow = OffsetGaps.of(lost, ok);
    List<OffsetSpan> goneNow = OffsetGaps.of(gone, ok);
    List<OffsetSpan> all = new ArrayList<>(lost);
    all.addAll(gone);
    List<OffsetSpan> open = new ArrayList<>(lostNow);
    open.addAll(goneNow);
    return new LostRanges(lostNow, goneNow, OffsetGaps.of(union(all), union(open)));
  }

  /**
   * What the log of each partition has held once and holds no more, as far as the audit knows.
   *
   * @param known from the first to the last offset that the audit knows
   * @param beginnings the first offset that the log holds
   * @param upTo whether only offsets up to the last known one are meant
   */
  static List<OffsetSpan> removed(
      List<OffsetSpan> known, Map<TopicPartition, Long> beginnings, boolean upTo) {
    List<OffsetSpan> removed = new ArrayList<>();
    for (OffsetSpan span : hulls(known)) {
      @Nullable Long beginning = beginnings.get(new TopicPartition(span.topic(), span.partition()));
      if (beginning != null && beginning > span.from()) {
        removed.add(span.part(span.from(), upTo ? Math.min(beginning, span.to()) : beginning));
      }
    }
    return removed;
  }

  /** From the first to the last offset of each partition. */
  static List<OffsetSpan> hulls(List<OffsetSpan> spans) {
    return join(spans, true);
  }

  /** The same offsets in spans that do not overlap, in order. */
  static List<OffsetSpan> union(List<OffsetSpan> spans) {
    return join(spans, false);
  }

  private static List<OffsetSpan> join(List<OffsetSpan> spans, boolean withGaps) {
    List<OffsetSpan> sorted = new ArrayList<>(spans);
    sorted.sort(
        Comparator.comparing(OffsetSpan::topic)
            .thenComparingInt(OffsetSpan::partition)
            .thenComparingLong(OffsetSpan::from));
    List<OffsetSpan> joined = new ArrayList<>();
    for (OffsetSpan span : sorted) {
      OffsetSpan last = joined.isEmpty() ? null : joined.get(joined.size() - 1);
      if (last != null && last.samePartition(span) && (withGaps || span.from() <= last.to())) {
        long to = Math.max(last.to(), span.to());
        joined.set(joined.size() - 1, last.part(last.from(), to));
      } else {
        joined.add(span);
      }
    }
    return joined;
  }

  /** How many offsets there are in some spans. */
  public static long offsets(List<OffsetSpan> spans) {
    return spans.stream().mapToLong(OffsetSpan::length).sum();
  }

  /** Whether nothing was lost that has not been accepted. */
  public boolean ok() {
    return beforeRead.isEmpty() && notInLog.isEmpty();
  }
}
