package io.millrace.testdata.manifest;

import io.millrace.testdata.workload.EventType;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashSet;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * The answers that queries over the result must give, computed from the entries whose outcome is
 * accepted or error, each identity once.
 *
 * <p>Costs about 150 bytes an event, for the identities.
 */
public final class ManifestAnswers {
  private static final long MINUTE_MS = 60_000;
  private static final String FINISHED = EventType.QUERY_FINISHED.text();

  private final SortedMap<Long, Long> volumePerMinute;
  private final SortedMap<String, ErrorRate> errorRateByDatabase;
  private final DurationPercentiles finishedDurations;
  private final DurationPercentiles acceptedFinishedDurations;

  private ManifestAnswers(Collector collected) {
    volumePerMinute = Collections.unmodifiableSortedMap(collected.volume);
    SortedMap<String, ErrorRate> rates = new TreeMap<>();
    collected.events.forEach(
        (database, counts) -> rates.put(database, new ErrorRate(counts[0], counts[1])));
    errorRateByDatabase = Collections.unmodifiableSortedMap(rates);
    finishedDurations = collected.finished.percentiles();
    acceptedFinishedDurations = collected.acceptedFinished.percentiles();
  }

  /** Collects entries one by one. */
  public static Collector collector() {
    return new Collector();
  }

  /** The answers of a manifest file. */
  public static ManifestAnswers of(Path manifest) {
    Collector collector = collector();
    Manifest.read(manifest, collector::add);
    return collector.answers();
  }

  /** Events by the minute of their event time, keyed by its start in epoch milliseconds (UTC). */
  public SortedMap<Long, Long> volumePerMinute() {
    return volumePerMinute;
  }

  /** Events and errors by database; an event without one counts under the empty string. */
  public SortedMap<String, ErrorRate> errorRateByDatabase() {
    return errorRateByDatabase;
  }

  /** The durations of all query_finished events. */
  public DurationPercentiles finishedDurations() {
    return finishedDurations;
  }

  /** The durations of the accepted query_finished events: those of the normal table. */
  public DurationPercentiles acceptedFinishedDurations() {
    return acceptedFinishedDurations;
  }

  /** How many events, and how many of them report an error. */
  public record ErrorRate(long events, long errors) {
    /** Errors by events, from 0 to 1. */
    public double rate() {
      return (double) errors / events;
    }
  }

  /**
   * Percentiles in milliseconds. A percentile q of n values is the value at the place floor(q * n),
   * from 0, in their order: what ClickHouse's {@code quantileExact} gives. 0 when there is none.
   */
  public record DurationPercentiles(long count, long p50, long p95) {}

  /** Takes entries in any order. Not for use by several threads. */
  public static final class Collector {
    private final Set<String> identities = new HashSet<>();
    private final SortedMap<Long, Long> volume = new TreeMap<>();
    private final SortedMap<String, long[]> events = new TreeMap<>();
    private final Durations finished = new Durations();
    private final Durations acceptedFinished = new Durations();

    private Collector() {}

    /** Takes one entry; those of other outcomes and repeated identities change nothing. */
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

    /** The answers for what was taken. */
    public ManifestAnswers answers() {
      return new ManifestAnswers(this);
    }
  }

  private static final class Durations {
    private long[] values = new long[1024];
    private int size;

    void add(long value) {
      if (size == values.length) {
        values = Arrays.copyOf(values, size * 2);
      }
      values[size++] = value;
    }

    DurationPercentiles percentiles() {
      long[] sorted = Arrays.copyOf(values, size);
      Arrays.sort(sorted);
      return size == 0
          ? new DurationPercentiles(0, 0, 0)
          : new DurationPercentiles(size, at(sorted, 0.50), at(sorted, 0.95));
    }

    private static long at(long[] sorted, double quantile) {
      return sorted[(int) (quantile * sorted.length)];
    }
  }
}
