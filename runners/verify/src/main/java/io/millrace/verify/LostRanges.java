package io.millrace.verify;

import io.millrace.kafka.consume.OffsetSpan;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.TopicPartition;
import org.checkerframework.checker.nullness.qual.Nullable;

/**
 * Offsets that the log removed before they were read. Excludes offsets that have an outcome and
 * offsets accepted as lost.
 *
 * @param beforeRead offsets that a reader reported as lost in the audit
 * @param notInLog offsets without outcome between the first audited offset and the beginning of the
 *     log. They may never have been records: transaction markers take offsets, and compaction
 *     leaves gaps
 * @param accepted offsets excluded because they were accepted as lost
 */
public record LostRanges(
    List<OffsetSpan> beforeRead, List<OffsetSpan> notInLog, List<OffsetSpan> accepted) {
  /**
   * Computes the lost ranges.
   *
   * @param found offsets that readers reported as lost; may overlap
   * @param removed offsets that are no longer in the log
   * @param covered offsets with an outcome, sorted by first offset within each partition
   * @param accepted offsets accepted as lost; may overlap
   */
  static LostRanges of(
      List<OffsetSpan> found,
      List<OffsetSpan> removed,
      List<OffsetSpan> covered,
      List<OffsetSpan> accepted) {
    List<OffsetSpan> lost = gaps(union(List.of(found)), covered);
    List<OffsetSpan> gone = gaps(gaps(union(List.of(removed)), covered), lost);
    List<OffsetSpan> ok = union(List.of(accepted));
    List<OffsetSpan> all = union(List.of(lost, gone));
    return new LostRanges(gaps(lost, ok), gaps(gone, ok), gaps(all, gaps(all, ok)));
  }

  /**
   * Adds lost offsets at which a log holds other records now, so that outcomes at these offsets
   * prove nothing.
   */
  LostRanges withReplaced(List<OffsetSpan> replaced, List<OffsetSpan> acceptedLost) {
    List<OffsetSpan> all = union(List.of(replaced));
    List<OffsetSpan> open = gaps(all, union(List.of(acceptedLost)));
    return new LostRanges(
        union(List.of(beforeRead, open)),
        gaps(notInLog, open),
        union(List.of(accepted, gaps(all, open))));
  }

  /**
   * Offsets since the first audited one that are no longer in the log.
   *
   * @param known from the first to the last audited offset
   * @param beginnings the first offset in the log
   * @param upTo whether to include only offsets up to the last audited one
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

  /** One span per partition, from the first to the last offset. */
  static List<OffsetSpan> hulls(List<OffsetSpan> spans) {
    return join(spans, true);
  }

  /** The offsets of all lists in sorted, disjoint spans. */
  static List<OffsetSpan> union(List<List<OffsetSpan>> spans) {
    return join(spans.stream().flatMap(List::stream).toList(), false);
  }

  /**
   * The offsets of {@code all} that are not in {@code covered}.
   *
   * @param all in any order; disjoint within each partition
   * @param covered sorted by first offset within each partition; may overlap
   */
  static List<OffsetSpan> gaps(List<OffsetSpan> all, List<OffsetSpan> covered) {
    List<OffsetSpan> gaps = new ArrayList<>();
    for (OffsetSpan span : all) {
      long next = span.from();
      for (OffsetSpan piece : covered) {
        if (!piece.samePartition(span) || piece.to() <= next) {
          continue;
        }
        if (piece.from() >= span.to()) {
          break;
        }
        if (piece.from() > next) {
          gaps.add(span.part(next, piece.from()));
        }
        next = piece.to();
      }
      if (next < span.to()) {
        gaps.add(span.part(next, span.to()));
      }
    }
    return gaps;
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

  public static long offsets(List<OffsetSpan> spans) {
    return spans.stream().mapToLong(OffsetSpan::length).sum();
  }

  /** Whether there are no lost offsets, except accepted ones. */
  public boolean ok() {
    return beforeRead.isEmpty() && notInLog.isEmpty();
  }
}
