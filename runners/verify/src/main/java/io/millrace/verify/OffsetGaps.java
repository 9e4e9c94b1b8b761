package io.millrace.verify;

import io.millrace.kafka.consume.OffsetSpan;
import java.util.ArrayList;
import java.util.List;

/** What some stretches of a log have that others have not. */
final class OffsetGaps {
  private OffsetGaps() {}

  /**
   * The parts of the first that no one of the second holds.
   *
   * @param all in any order; those of one partition do not overlap
   * @param covered sorted by their first offset within each partition; may overlap
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
