package io.millrace.pipeline;

import io.millrace.event.Outcome;
import io.millrace.event.PipelineMetrics;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import org.apache.beam.sdk.PipelineResult;
import org.apache.beam.sdk.metrics.MetricNameFilter;
import org.apache.beam.sdk.metrics.MetricQueryResults;
import org.apache.beam.sdk.metrics.MetricResult;
import org.apache.beam.sdk.metrics.MetricsFilter;

/**
 * The equation of a run: records read, and how many of them ended in each outcome. The difference
 * is in flight; once a run has ended it must be nothing.
 *
 * @param read records that the source handed over
 * @param outcomes how many ended where; every outcome is there
 * @param counters all of Millrace's counters by name, those of the equation among them
 */
public record Balance(long read, Map<Outcome, Long> outcomes, Map<String, Long> counters) {

  /** The equation as the counters of a running or finished pipeline give it. */
  public static Balance of(PipelineResult result) {
    MetricQueryResults found =
        result
            .metrics()
            .queryMetrics(
                MetricsFilter.builder()
                    .addNameFilter(MetricNameFilter.inNamespace(PipelineMetrics.NAMESPACE))
                    .build());
    Map<String, Long> counters = new HashMap<>();
    for (MetricResult<Long> counter : found.getCounters()) {
      counters.merge(counter.getName().getName(), counter.getAttempted(), Long::sum);
    }
    return of(counters);
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
   * Whether every record read has its outcome and the audit holds it. The audit is written last: a
   * run that ends sooner leaves records of which nobody can tell afterwards how they ended.
   */
  public boolean settled() {
    // Not equal: a bundle that is tried again may count what it has written twice.
    return balances() && audited() >= read;
  }

  /**
   * Windows and groups of rollups whose last change has not been given, which may be open still.
   */
  public long rollupsOpen() {
    return counters.getOrDefault(PipelineMetrics.ROLLUPS_CHANGED, 0L);
  }

  /** Whether the rollup tables hold every event that has been counted. */
  public boolean rollupsSettled() {
    return rollupsOpen() == 0
        && counters.getOrDefault(PipelineMetrics.ROLLUPS_WRITTEN, 0L)
            >= counters.getOrDefault(PipelineMetrics.ROLLUPS_GIVEN, 0L);
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
