package io.millrace.verify;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

/** The differences from a manifest: the count and some examples of each kind. */
public final class ManifestDifferences {
  public enum Kind {
    /** An event or dead letter that was sent but is in no table. */
    MISSING,
    /** A row that was not sent. */
    EXTRA,
    /** A row that a table shows more than once. */
    REPEATED,
    /** An event in the wrong table. */
    WRONG_OUTCOME,
    /** An event in the right table, or a dead letter, with wrong values. */
    WRONG_VALUES,
    /** More or fewer duplicates than were sent. */
    DUPLICATES,
    /** A minute whose audited outcomes differ from those sent. */
    MINUTE;

    /** The name in output. */
    public String label() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  private final int most;
  private final Map<Kind, Long> counts = new EnumMap<>(Kind.class);
  private final Map<Kind, List<String>> examples = new EnumMap<>(Kind.class);

  /** Keeps at most this many examples of each kind. */
  ManifestDifferences(int most) {
    this.most = most;
  }

  void add(Kind kind, String what) {
    add(kind, what, 1);
  }

  void add(Kind kind, String what, long times) {
    counts.merge(kind, times, Long::sum);
    List<String> some = examples.computeIfAbsent(kind, k -> new ArrayList<>());
    if (some.size() < most) {
      some.add(what);
    }
  }

  public long count() {
    return counts.values().stream().mapToLong(Long::longValue).sum();
  }

  /** Counts by kind; omits kinds without differences. */
  public Map<Kind, Long> counts() {
    return counts;
  }

  /** Examples of a kind, one line each. */
  public List<String> examples(Kind kind) {
    return examples.getOrDefault(kind, List.of());
  }

  public String text() {
    if (counts.isEmpty()) {
      return "every event has the expected outcome and values";
    }
    return counts.entrySet().stream()
        .map(e -> String.format(Locale.ROOT, "%,d %s", e.getValue(), e.getKey().label()))
        .collect(Collectors.joining(", "));
  }
}
