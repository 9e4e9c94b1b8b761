package io.millrace.pipeline;

import io.millrace.event.Outcome;
import io.millrace.event.PipelineMetrics;
import java.util.Collection;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import org.apache.beam.sdk.PipelineResult;
import org.apache.beam.sdk.metrics.MetricNameFilter;
import org.apache.beam.sdk.metrics.MetricQueryResults;
import org.apache.beam.sdk.metrics.MetricResult;
import org.apache.beam.sdk.metrics.MetricsFilter;
import org.checkerframework.checker.nullness.qual.Nullable;

/**
 * The equation of a run: records read, and how many of them ended in each outcome. The difference
 * is in flight; once a run has ended it must be nothing.
 *
 * @param read records that the source handed over
 * @param outcomes how many ended where; every outcome is there
 * @param counters all of Millrace's counters by name, those of the equation among them
 */
public record Balance(long read, Map<Outcome, Long> outcomes, Map<String, Long> counters) {

  /** The equation of a pipeline with one sink, as its counters give it, running or finished. */
  public static Balance of(PipelineResult result) {
    Map<String, Long> counters = new HashMap<>();
    countersBySink(result)
        .values()
        .forEach(some -> some.forEach((name, count) -> counters.merge(name, count, Long::sum)));
    return of(counters);
  }

  /**
   * The equation of each sink. What is counted before the sinks is in all of them: that a record
   * was read, or is a duplicate.
   *
   * @param sinks their names
   */
  public static Map<String, Balance> bySink(PipelineResult result, Collection<String> sinks) {
    Map<String, Map<String, Long>> found = countersBySink(result);
    Map<String, Long> common = found.getOrDefault("", Map.of());
    Map<String, Balance> balances = new LinkedHashMap<>();
    for (String sink : sinks) {
      Map<String, Long> counters = new HashMap<>(common);
      found
          .getOrDefault(sink, Map.of())
          .forEach((name, count) -> counters.merge(name, count, Long::sum));
      balances.put(sink, of(counters));
    }
    return balances;
  }

  /** The one with the fewest records accounted for. */
  public static Balance furthestBehind(Collection<Balance> balances) {
    return balances.stream()
        .min(Comparator.comparingLong(Balance::accounted).thenComparingLong(Balance::audited))
        .orElseThrow();
  }

  private static Map<String, Map<String, Long>> countersBySink(PipelineResult result) {
    MetricQueryResults found =
        result
            .metrics()
            .queryMetrics(
                MetricsFilter.builder()
                    .addNameFilter(MetricNameFilter.inNamespace(PipelineMetrics.NAMESPACE))
                    .build());
    Map<String, Map<String, Long>> bySink = new HashMap<>();
    for (MetricResult<Long> counter : found.getCounters()) {
      bySink
          .computeIfAbsent(sink(counter.getKey().stepName()), name -> new HashMap<>())
          .merge(counter.getName().getName(), counter.getAttempted(), Long::sum);
    }
    return bySink;
  }

  /** The name of the sink that a step belongs to; empty if it belongs to none. */
  private static String sink(@Nullable String step) {
    String sinks = WriteOutcomes.NAME + "/";
    if (step == null || !step.startsWith(sinks)) {
      return "";
    }
    int end = step.indexOf('/', sinks.length());
    return step.substring(sinks.length(), end < 0 ? step.length() : end);
  }

  /** The equation of some counters. */
  public static Balance of(Map<String, Long> counters) {
    Map<Outcome, Long> outcomes = new EnumMap<>(Outcome.class);
    for (Outcome outcome : Outcome.values()) {
      outcomes.put(outcome, counters.getOrDefault(outcome.label(), 0L));
    }
    return new Balance(
        counters.getOrDefault(PipelineMetrics.READ, 0L), outcomes, Map.copyOf(counters));
  }

  /** Records that have an outcome. */
  public long accounted() {
    return outcomes.values().stream().mapToLong(Long::longValue).sum();
  }

  /** Records read that have no outcome yet. */
  public long inFlight() {
    return read - accounted();
  }

  /** How many records ended in an outcome. */
  public long of(Outcome outcome) {
    return outcomes.get(outcome);
  }

  /** Whether every record read has its outcome. */
  public boolean balances() {
    return inFlight() == 0;
  }

  /** Records whose outcome is in the audit table. */
  public long audited() {
    return counters.getOrDefault(PipelineMetrics.AUDITED, 0L);
  }

  /**
   * Whether every record read has its outcome and the audit holds it, and what was lost before it
   * was read. The audit is written last: a run that ends sooner leaves records of which nobody can
   * tell afterwards how they ended.
   */
  public boolean settled() {
    // Not equal: a bundle that is tried again may count what it has written twice.
    return balances() && audited() >= read && lostRangesAudited();
  }

  private boolean lostRangesAudited() {
    return counters.getOrDefault(PipelineMetrics.LOST_RANGES_AUDITED, 0L)
        >= counters.getOrDefault(PipelineMetrics.LOST_RANGES, 0L);
  }

  /** What the source has handed over: records, and ranges that were lost before they were read. */
  public long handedOver() {
    return read + counters.getOrDefault(PipelineMetrics.LOST_RANGES, 0L);
  }

  /** Offsets that the log removed before they were read; they are not in the equation. */
  public long lostBeforeRead() {
    return counters.getOrDefault(PipelineMetrics.LOST_BEFORE_READ, 0L);
  }

  /**
   * Windows and groups of rollups whose last change has not been given, which may be open still.
   */
  public long rollupsOpen() {
    return counters.getOrDefault(PipelineMetrics.ROLLUPS_CHANGED, 0L);
  }

  /** Whether the rollup tables hold every event that has been counted. */
  public boolean rollupsSettled() {
    return rollupsOpen() == 0 && rollupsWritten();
  }

  /** Whether the rollup tables hold every result that has been given. */
  public boolean rollupsWritten() {
    return rollupsMissing() <= 0;
  }

  /** Results of rollups that have been given and are not in their tables. */
  public long rollupsMissing() {
    return counters.getOrDefault(PipelineMetrics.ROLLUPS_GIVEN, 0L)
        - counters.getOrDefault(PipelineMetrics.ROLLUPS_WRITTEN, 0L);
  }

  /** The equation with its numbers. */
  public String equation() {
    return String.format(
        Locale.ROOT,
        "read %,d %s accepted %,d + error %,d + duplicate %,d + late %,d + dead %,d%s",
        read,
        balances() ? "=" : "≠",
        of(Outcome.ACCEPTED),
        of(Outcome.ERROR),
        of(Outcome.DUPLICATE),
        of(Outcome.LATE),
        of(Outcome.DEAD),
        balances() ? "" : String.format(Locale.ROOT, "  (%,d without outcome)", inFlight()));
  }
}
