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
 * Finds what a topic holds that has an outcome by its offset only: the topic was deleted and
 * created again, and the outcome is that of the record which had the offset before. The record's
 * time tells them apart.
 *
 * <p>A partition's last record is asked for, and only if it is another one than the audit's, more
 * of them, until the first such record is found: a log is read from its beginning, so all behind it
 * are others too. Records with the same time, and those without any, are taken for the same.
 */
final class RecreatedTopicCheck {
  private final Function<List<OffsetSpan>, Map<OffsetSpan, RecordPosition>> firsts;
  private final Function<List<RecordPosition>, Set<RecordPosition>> audited;

  /**
   * A log and an audit.
   *
   * @param firsts finds the first record of each of some stretches; those without one are left out
   * @param audited of some records, those that the audit has with the same time
   */
  RecreatedTopicCheck(
      Function<List<OffsetSpan>, Map<OffsetSpan, RecordPosition>> firsts,
      Function<List<RecordPosition>, Set<RecordPosition>> audited) {
    this.firsts = firsts;
    this.audited = audited;
  }

  /**
   * The parts that the audit knows from another log.
   *
   * @param covered what the log holds and has outcomes by offset; in order, without overlap
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
            search.told(place == null || same.contains(place));
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

  /** The search for the first record of another log, by halves, in one partition. */
  private static final class Search {
    private final List<OffsetSpan> pieces;
    // Offsets are counted without the gaps between the pieces.
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

    void told(boolean known) {
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
