package io.millrace.event;

import org.apache.beam.sdk.metrics.Counter;
import org.apache.beam.sdk.metrics.Metrics;

/**
 * The names of the pipeline's metrics. {@link #READ} and one counter for each {@link Outcome} make
 * the equation {@code read = accepted + error + duplicate + late + dead}; an outcome is counted
 * where it ends, that is when its row has been written.
 */
public final class PipelineMetrics {
  /** The namespace of all of Millrace's metrics. */
  public static final String NAMESPACE = "millrace";

  /** Records that a source handed over. */
  public static final String READ = "read";

  /** Records whose outcome a sink has written to its audit. */
  public static final String AUDITED = "audited";

  /** Offsets that the log removed before they were read; not part of the equation. */
  public static final String LOST_BEFORE_READ = "lost_before_read";

  /** Ranges of such offsets, as entries on their way to the audit. */
  public static final String LOST_RANGES = "lost_ranges";

  /** Ranges of such offsets that a sink has written to its audit. */
  public static final String LOST_RANGES_AUDITED = "lost_ranges_audited";

  /** Windows and groups of rollups that have changed since their last result. */
  public static final String ROLLUPS_CHANGED = "rollups_changed";

  /** Results of rollups, as rows on their way to a sink. */
  public static final String ROLLUPS_GIVEN = "rollups_given";

  /** Rows of rollups that a sink has written. */
  public static final String ROLLUPS_WRITTEN = "rollups_written";

  private PipelineMetrics() {}

  /** The counter of records read. */
  public static Counter read() {
    return Metrics.counter(NAMESPACE, READ);
  }

  /** The counter of records whose outcome is in the audit. */
  public static Counter audited() {
    return Metrics.counter(NAMESPACE, AUDITED);
  }

  /** The counter of offsets that were lost before they were read. */
  public static Counter lostBeforeRead() {
    return Metrics.counter(NAMESPACE, LOST_BEFORE_READ);
  }

  /** The counter of ranges that were lost before they were read. */
  public static Counter lostRanges() {
    return Metrics.counter(NAMESPACE, LOST_RANGES);
  }

  /** The counter of lost ranges that are in the audit. */
  public static Counter lostRangesAudited() {
    return Metrics.counter(NAMESPACE, LOST_RANGES_AUDITED);
  }

  /** The counter of what a rollup has yet to give: goes up and down. */
  public static Counter rollupsChanged() {
    return Metrics.counter(NAMESPACE, ROLLUPS_CHANGED);
  }

  /** The counter of rollup rows given. */
  public static Counter rollupsGiven() {
    return Metrics.counter(NAMESPACE, ROLLUPS_GIVEN);
  }

  /** The counter of rollup rows written. */
  public static Counter rollupsWritten() {
    return Metrics.counter(NAMESPACE, ROLLUPS_WRITTEN);
  }

  /** The counter of an outcome, named by its label. */
  public static Counter outcome(Outcome outcome) {
    return Metrics.counter(NAMESPACE, outcome.label());
  }
}
