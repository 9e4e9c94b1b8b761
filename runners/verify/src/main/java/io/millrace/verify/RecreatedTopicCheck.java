package io.millrace.verify;

import io.millrace.kafka.RecordPosition;
import io.millrace.kafka.consume.OffsetSpan;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;

/**
 * Detects a topic that was deleted and created again. Its new records have offsets that the audit
 * knows from the old topic; the record time distinguishes them.
 *
 * <p>Reads the last record of each partition. If its time differs from the audit's, a binary search
 * finds the first such record; all later ones are new too, because a log is read from its
 * beginning. Records with equal times or without time count as the same.
 */
final class RecreatedTopicCheck {
  private final Function<List<OffsetSpan>, Map<OffsetSpan, RecordPosition>> firsts;
  private final Function<List<RecordPosition>, Set<RecordPosition>> audited;

  /**
   * Creates a check of a log against an audit.
   *
   * @param firsts returns the first record of each span; omits spans without a record
   * @param audited returns the records that the audit has with the same time
   */
  RecreatedTopicCheck(
      Function<List<OffsetSpan>, Map<OffsetSpan, RecordPosition>> firsts,
      Function<List<RecordPosition>, Set<RecordPosition>> audited) {
    this.firsts = firsts;
    this.audited = audited;
  }

  /**
   * The spans whose audited outcomes belong to the old topic.
   *
   * @param covered offsets in the log that have an outcome; sorted and disjoint
   */
  List<OffsetSpan> of(List<OffsetSpan> covered) {
    List<Search> searches = searches(covered);
    List<Search> open = searches;
    while (!open.isEmpty()) {
      Map<Search, OffsetSpan> asked = new LinkedHashMap<>();
      open.forEach(search -> asked.put(search, search.next()));
      Map<OffsetSpan, RecordPosition> found = firsts.apply(List.copyOf(asked.values()));
      Set<RecordPosition> same = audited.apply(List.copyOf(found.values()));
      asked.forEach(
          (search, span) -> {
            RecordPosition place = found.get(span);
            search.record(place == null || same.contains(place));
          });
      open = open.stream().filter(search -> !search.done()).toList();
    }
    return searches.stream().flatMap(search -> search.others().stream()).toList();
  }

  private static List<Search> searches(List<OffsetSpan> covered) {
    Map<String, List<OffsetSpan>> partitions = new LinkedHashMap<>();
    for (OffsetSpan span : covered) {
      partitions
          .computeIfAbsent(span.topic() + "/" + span.partition(), p -> new ArrayList<>())
          .add(span);
    }
    return partitions.values().stream().map(Search::new).toList();
  }

  /** Binary search for the first record of the new topic in one partition. */
  private static final class Search {
    private final List<OffsetSpan> pieces;
    // An index into the offsets of the pieces, without the gaps between them.
    private long same;
    private long other;
    private long at;

    Search(List<OffsetSpan> pieces) {
      this.pieces = pieces;
      this.other = LostRanges.offsets(pieces);
      this.at = other - 1;
    }

    boolean done() {
      return same == other;
    }

    OffsetSpan next() {
      return from(at).get(0);
    }

    void record(boolean known) {
      if (known) {
        same = at + 1;
      } else {
        other = at;
      }
      at = same + (other - same) / 2;
    }

    List<OffsetSpan> others() {
      return from(other);
    }

    private List<OffsetSpan> from(long index) {
      List<OffsetSpan> rest = new ArrayList<>();
      long left = index;
      for (OffsetSpan piece : pieces) {
        if (left < piece.length()) {
          rest.add(piece.part(piece.from() + left, piece.to()));
        }
        left = Math.max(0, left - piece.length());
      }
      return rest;
    }
  }
}
