package io.millrace.verify;

import io.millrace.kafka.consume.OffsetSpan;
import java.util.ArrayList;
import java.util.List;

/** Subtracts offset spans. */
final class OffsetGaps {
  private OffsetGaps() {}

  /**
   * The offsets of {@code all} that are not in {@code covered}.
   *
   * @param all in any order; disjoint within each partition
   * @param covered sorted by first offset within each partition; may overlap
   */
  static List<OffsetSpan> of(List<OffsetSpan> all, List<OffsetSpan> covered) {
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
}
