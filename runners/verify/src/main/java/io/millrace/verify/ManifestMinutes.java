package io.millrace.verify;

import io.millrace.event.Outcome;
import io.millrace.testdata.manifest.ManifestEntry;
import io.millrace.verify.ManifestDifferences.Kind;
import java.time.Instant;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.Map;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.LongPredicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Compares the expected outcomes of each minute of sending with the audit's.
 *
 * <p>They must be equal, with one exception. Of two copies of an event in flight, the one decoded
 * first is the event and the other the duplicate. If they were sent in different minutes, or only
 * one of them within the range, one minute may have one event more and one duplicate less. The sum
 * of a minute must not differ.
 */
final class ManifestMinutes {
  private static final long MINUTE = 60_000;

  private final LongPredicate inRange;
  private final Map<Long, Map<Outcome, Long>> sent = new TreeMap<>();
  private final Map<Long, Long> mayMove = new HashMap<>();

  /** Includes records sent at these times, in milliseconds since the epoch. */
  ManifestMinutes(LongPredicate inRange) {
    this.inRange = inRange;
  }

  static long minute(long millis) {
    return Math.floorDiv(millis, MINUTE) * MINUTE;
  }

  void add(ManifestEntry entry) {
    if (inRange.test(entry.sentAt())) {
      sent.computeIfAbsent(minute(entry.sentAt()), m -> new EnumMap<>(Outcome.class))
          .merge(Outcome.valueOf(entry.outcome().name()), 1L, Long::sum);
    }
  }

  /** Adds two copies of an event, sent at these times in milliseconds since the epoch. */
  void copies(long oneSentAt, long otherSentAt) {
    long one = minute(oneSentAt);
    long other = minute(otherSentAt);
    if (one != other || inRange.test(oneSentAt) != inRange.test(otherSentAt)) {
      mayMove.merge(one, 1L, Long::sum);
      mayMove.merge(other, 1L, Long::sum);
    }
  }

  /** The number of records sent with an expected outcome. */
  long of(Outcome outcome) {
    return sent.values().stream().mapToLong(m -> m.getOrDefault(outcome, 0L)).sum();
  }

  void compare(Map<Long, Map<Outcome, Long>> audited, ManifestDifferences differences) {
    SortedSet<Long> minutes = new TreeSet<>(sent.keySet());
    minutes.addAll(audited.keySet());
    for (long minute : minutes) {
      Map<Outcome, Long> expected = sent.getOrDefault(minute, Map.of());
      Map<Outcome, Long> found = audited.getOrDefault(minute, Map.of());
      if (!agree(expected, found, mayMove.getOrDefault(minute, 0L))) {
        differences.add(
            Kind.MINUTE,
            Instant.ofEpochMilli(minute) + ": sent " + text(expected) + ", audited " + text(found));
      }
    }
  }

  private static boolean agree(Map<Outcome, Long> sent, Map<Outcome, Long> found, long mayMove) {
    long sum = 0;
    for (Outcome outcome : Outcome.values()) {
      long more = found.getOrDefault(outcome, 0L) - sent.getOrDefault(outcome, 0L);
      sum += more;
      boolean moves =
          outcome == Outcome.ACCEPTED || outcome == Outcome.ERROR || outcome == Outcome.DUPLICATE;
      if (Math.abs(more) > (moves ? mayMove : 0)) {
        return false;
      }
    }
    return sum == 0;
  }

  private static String text(Map<Outcome, Long> outcomes) {
    return Stream.of(Outcome.values())
        .map(outcome -> outcome.label() + " " + outcomes.getOrDefault(outcome, 0L))
        .collect(Collectors.joining(", "));
  }
}
