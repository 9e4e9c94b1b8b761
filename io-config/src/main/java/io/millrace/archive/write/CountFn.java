package io.millrace.archive.write;

import io.millrace.event.Outcome;
import io.millrace.event.PipelineMetrics;
import java.util.List;
import org.apache.beam.sdk.transforms.DoFn;

/**
 * Counts elements that an archive does not hold: their outcome is counted elsewhere, or follows
 * from the rows that it holds.
 *
 * @param <T> type of elements; a list counts as what it holds
 */
final class CountFn<T> extends DoFn<T, Void> {
  private static final long serialVersionUID = 1L;

  private final List<String> counters;

  private CountFn(List<String> counters) {
    this.counters = counters;
  }

  /** Counts what belongs to the audit. */
  static <T> CountFn<T> audited() {
    return new CountFn<>(List.of(PipelineMetrics.AUDITED));
  }

  /** Counts dead letters that other destinations have stored. */
  static <T> CountFn<T> dead() {
    return new CountFn<>(List.of(PipelineMetrics.AUDITED, Outcome.DEAD.label()));
  }

  static <T> CountFn<T> lostRanges() {
    return new CountFn<>(List.of(PipelineMetrics.LOST_RANGES_AUDITED));
  }

  /** Counts results of roll-ups, which a replay makes again. */
  static <T> CountFn<T> rollups() {
    return new CountFn<>(List.of(PipelineMetrics.ROLLUPS_WRITTEN));
  }

  @ProcessElement
  public void process(@Element T element) {
    int number = element instanceof List<?> group ? group.size() : 1;
    for (String counter : counters) {
      PipelineMetrics.counter(counter).inc(number);
    }
  }
}
