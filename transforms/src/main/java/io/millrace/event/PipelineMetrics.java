package io.millrace.event;

import org.apache.beam.sdk.metrics.Counter;
import org.apache.beam.sdk.metrics.Metrics;

/**
 * The metrics of the pipeline. {@link #EVENTS} and the counters of the {@link Outcome}s form the
 * equation {@code events = accepted + error + duplicate + late + filtered + dead}. An outcome is
 * counted after its row was written.
 */
public final class PipelineMetrics {
  /** The namespace of all metrics of Millrace. */
  public static final String NAMESPACE = "millrace";

  /** Records that a source emitted. */
  public static final String READ = "read";

  /**
   * Events in these records, dead ones included. Counted only if the contract says that a record
   * holds many events; otherwise each record is one event.
   */
  public static final String EVENTS = "events";

  /** Records that hold no event; not part of the equation, but audited. */
  public static final String EMPTY_RECORDS = "empty_records";

  /** Events whose outcome, and records without event that a sink has written to the audit table. */
  public static final String AUDITED = "audited";

  /** Offsets that the log deleted before they were read; not part of the equation. */
  public static final String RECORDS_LOST_BEFORE_READ = "records_lost_before_read";

  /** Offsets at which reading did not begin, as the flags asked; not part of the equation. */
  public static final String SKIPPED_AT_START = "skipped_at_start";

  /** Ranges of both kinds that were emitted. */
  public static final String LOST_RANGES = "lost_ranges";

  /** Ranges of both kinds that a sink has written to their table. */
  public static final String LOST_RANGES_AUDITED = "lost_ranges_audited";

  /** Groups in windows of roll-ups that have changed since their last result; also decreases. */
  public static final String ROLLUPS_CHANGED = "rollups_changed";

  /** Results of roll-ups and changes of alerts that were emitted. */
  public static final String ROLLUPS_GIVEN = "rollups_given";

  /** Rows of roll-ups and of alerts that a sink has written. */
  public static final String ROLLUPS_WRITTEN = "rollups_written";

  /** Changes of alerts that were emitted, corrections included. */
  public static final String ALERT_CHANGES = "alert_changes";

  /** Changes of alerts that a target has acknowledged. */
  public static final String ALERTS_SENT = "alerts_sent";

  /** Prefix of the counter of dead letters with a code, where they arise; the code follows. */
  public static final String DEAD_WITH = "dead_with_";

  /** Prefix of the counter of rows that a sink has written to a table; the table follows. */
  public static final String TABLE_ROWS = "table_rows_";

  /** Prefix of the counter of each filter rule; the rule's name follows. */
  public static final String FILTERED_BY = "filtered_by_";

  /** Prefix of the gauge of a look-up's version, as a number; the look-up's name follows. */
  public static final String LOOKUP_VERSION = "lookup_version_";

  /** Prefix of the gauge of a look-up's rows. */
  public static final String LOOKUP_ROWS = "lookup_rows_";

  /** Prefix of the gauge of when a look-up's source was read last, in seconds since the epoch. */
  public static final String LOOKUP_CHECKED = "lookup_checked_";

  /** Prefix of the counter of events without a row in a look-up. */
  public static final String LOOKUP_MISSING = "lookup_missing_";

  private PipelineMetrics() {}

  /** A counter by one of the names above. */
  public static Counter counter(String name) {
    return Metrics.counter(NAMESPACE, name);
  }

  /** The counter of an outcome; its name is the outcome's label. */
  public static Counter outcome(Outcome outcome) {
    return counter(outcome.label());
  }
}
