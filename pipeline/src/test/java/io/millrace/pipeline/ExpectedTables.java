package io.millrace.pipeline;

import java.io.Serializable;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * What the tables of the query-events contract must show, computed without Beam from what happened,
 * in order of time. Rows are texts. None of the happenings may be late.
 *
 * @param accepted {@code identity} of each row of the normal table
 * @param errors the same of the error table
 * @param duplicates how many records repeat an event
 * @param rollups {@code table|window start|group|figures} of each row
 * @param durations by window start: the durations that the quantiles are of, in order
 */
record ExpectedTables(
    List<String> accepted,
    List<String> errors,
    long duplicates,
    List<String> rollups,
    Map<Long, List<Long>> durations)
    implements Serializable {

  private static final long MINUTE = 60_000;

  static ExpectedTables of(Collection<Happening> happenings) {
    Map<String, Happening> events = new LinkedHashMap<>();
    happenings.stream()
        .sorted(Comparator.comparingLong(Happening::timeMillis))
        .forEach(happening -> events.putIfAbsent(happening.identity(), happening));
    List<String> rollups = new ArrayList<>();
    by(events, h -> start(h, MINUTE) + "|")
        .forEach(
            (key, group) ->
                rollups.add(
                    "queries_per_minute|%s|queries=%d failed=0 events=%d"
                        .formatted(key, count(group, h -> !h.finished()), group.size())));
    by(events, h -> start(h, 5 * MINUTE) + "|db" + h.database())
        .forEach(
            (key, group) -> {
              long failed = count(group, Happening::failed);
              rollups.add(
                  "error_rate_by_database|%s|errors=%d error_rate=%s events=%d"
                      .formatted(key, failed, (double) failed / group.size(), group.size()));
            });
    Map<Long, List<Long>> durations = new TreeMap<>();
    events.values().stream()
        .filter(h -> h.finished() && !h.failed())
        .forEach(
            h ->
                durations
                    .computeIfAbsent(start(h, 5 * MINUTE), k -> new ArrayList<>())
                    .add(h.durationMs()));
    durations.values().forEach(list -> list.sort(null));
    return new ExpectedTables(
        identities(events, false),
        identities(events, true),
        happenings.size() - events.size(),
        rollups,
        durations);
  }

  private static List<String> identities(Map<String, Happening> events, boolean failed) {
    return events.values().stream()
        .filter(h -> h.failed() == failed)
        .map(Happening::identity)
        .collect(Collectors.toCollection(ArrayList::new));
  }

  private interface Test {
    boolean holds(Happening happening);
  }

  private interface Key {
    String of(Happening happening);
  }

  private static Map<String, List<Happening>> by(Map<String, Happening> events, Key key) {
    return events.values().stream().collect(Collectors.groupingBy(key::of));
  }

  private static long count(List<Happening> happenings, Test test) {
    return happenings.stream().filter(test::holds).count();
  }

  private static long start(Happening happening, long window) {
    return Math.floorDiv(happening.timeMillis(), window) * window;
  }
}
