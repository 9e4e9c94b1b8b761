package io.millrace.testdata.manifest;

import io.millrace.testdata.workload.EventType;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * The expected results of queries, computed from the entries with the outcome accepted or error,
 * each identity once. The identities cost about 150 bytes for each event.
 *
 * @param volumePerMinute the number of events by the start of their minute, in epoch milliseconds
 *     (UTC)
 * @param errorRateByDatabase events and errors by database; the empty string is the database of
 *     events without one
 * @param finishedDurations the durations of all query_finished events
 * @param acceptedFinishedDurations the durations of the query_finished events in the normal table
 */
public record ManifestAnswers(
    SortedMap<Long, Long> volumePerMinute,
    SortedMap<String, ErrorRate> errorRateByDatabase,
    DurationPercentiles finishedDurations,
    DurationPercentiles acceptedFinishedDurations) {
  private static final long MINUTE_MS = 60_000;
  private static final String FINISHED = EventType.QUERY_FINISHED.text();

  /** The expected results for a manifest file. */
  public static ManifestAnswers of(Path manifest) {
    Collector collector = new Collector();
    Manifest.read(manifest, collector::add);
    return collector.answers();
  }

  /** The number of events, and how many of them report an error. */
  public record ErrorRate(long events, long errors) {
    /** The share of errors, 0 to 1. */
    public double rate() {
      return (double) errors / events;
    }
  }

  /**
   * Percentiles in milliseconds, as ClickHouse's {@code quantileExact} computes them: the quantile
   * q of n sorted values is the value at index floor(q * n). 0 without values.
   */
  public record DurationPercentiles(long count, long p50, long p95) {
    private static DurationPercentiles of(List<Long> values) {
      long[] sorted = values.stream().mapToLong(Long::longValue).sorted().toArray();
      return sorted.length == 0
          ? new DurationPercentiles(0, 0, 0)
          : new DurationPercentiles(sorted.length, at(sorted, 0.50), at(sorted, 0.95));
    }

    private static long at(long[] sorted, double quantile) {
      return sorted[(int) (quantile * sorted.length)];
    }
  }

  /** Collects entries in any order. Not thread-safe. */
  public static final class Collector {
    private final Set<String> identities = new HashSet<>();
    private final SortedMap<Long, Long> volume = new TreeMap<>();
    private final SortedMap<String, long[]> events = new TreeMap<>();
    private final List<Long> finished = new ArrayList<>();
    private final List<Long> acceptedFinished = new ArrayList<>();

    /** Adds an entry; ignores other outcomes and repeated identities. */
    public void add(ManifestEntry entry) {
      boolean error = entry.outcome() == Outcome.ERROR;
      if (!(error || entry.outcome() == Outcome.ACCEPTED) || !identities.add(entry.identity())) {
        return;
      }
      long minute = Math.floorDiv(entry.eventTime(), MINUTE_MS) * MINUTE_MS;
      volume.merge(minute, 1L, Long::sum);
      long[] counts = events.computeIfAbsent(entry.database(), database -> new long[2]);
      counts[0]++;
      counts[1] += error ? 1 : 0;
      if (entry.eventType().equals(FINISHED)) {
        finished.add(entry.durationMs());
        if (!error) {
          acceptedFinished.add(entry.durationMs());
        }
      }
    }

    /** The expected results for the entries so far. */
    public ManifestAnswers answers() {
      SortedMap<String, ErrorRate> rates = new TreeMap<>();
      events.forEach(
          (database, counts) -> rates.put(database, new ErrorRate(counts[0], counts[1])));
      return new ManifestAnswers(
          Collections.unmodifiableSortedMap(volume),
          Collections.unmodifiableSortedMap(rates),
          DurationPercentiles.of(finished),
          DurationPercentiles.of(acceptedFinished));
    }
  }
}
