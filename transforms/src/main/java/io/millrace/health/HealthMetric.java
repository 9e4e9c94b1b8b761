package io.millrace.health;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A metric of a run, as a condition on health names it. docs/metrics.md describes each; a test
 * compares this list with the metrics that a run exports.
 *
 * @param name the name of its samples without the prefix {@code millrace_}
 * @param labels the names of its labels
 */
public record HealthMetric(String name, Kind kind, List<String> labels) {
  /** The label of metrics that belong to a contract. */
  static final String CONTRACT = "contract";

  private static final String PREFIX = "millrace_";

  /** Kinds of Prometheus; they decide which functions apply. */
  public enum Kind {
    COUNTER,
    GAUGE,
    SUMMARY,
    HISTOGRAM,
    INFO
  }

  private static final Map<String, HealthMetric> ALL =
      read(
          """
          up GAUGE
          healthy GAUGE
          build_info INFO version contract contract_version runner
          start_timestamp_seconds GAUGE
          records_total COUNTER contract
          empty_records_total COUNTER contract
          events_read_total COUNTER contract
          events_total COUNTER contract sink outcome
          events_in_flight GAUGE contract sink
          audited_total COUNTER contract sink
          dead_letters_total COUNTER contract sink code
          filtered_total COUNTER contract rule
          lost_records_total COUNTER contract
          skipped_records_total COUNTER contract
          rows_written_total COUNTER contract sink table
          insert_rows SUMMARY contract sink
          insert_bytes_total COUNTER contract sink
          insert_duration_seconds SUMMARY contract sink
          insert_retries_total COUNTER contract sink
          rows_rejected_total COUNTER contract sink
          freshness_seconds HISTOGRAM contract sink
          rollup_rows_total COUNTER contract sink
          rollups_open GAUGE contract
          rows_waiting GAUGE contract sink table
          rows_waiting_seconds GAUGE contract sink table
          dead_letters_waiting GAUGE contract destination
          dead_letters_waiting_seconds GAUGE contract destination
          alert_changes_total COUNTER contract
          alerts_sent_total COUNTER contract
          alerts_waiting GAUGE contract destination
          alerts_waiting_seconds GAUGE contract destination
          consumer_lag_records GAUGE topic partition
          consumer_lag_seconds GAUGE topic partition
          partition_next_offset GAUGE topic partition
          partition_end_offset GAUGE topic partition
          watermark_timestamp_seconds GAUGE topic partition
          watermark_age_seconds GAUGE topic partition
          lookup_missing_total COUNTER contract lookup
          lookup_rows GAUGE contract lookup
          lookup_version GAUGE contract lookup
          lookup_age_seconds GAUGE contract lookup
          checkpoints_total COUNTER result
          checkpoint_age_seconds GAUGE
          checkpoint_duration_seconds GAUGE
          checkpoint_size_bytes GAUGE
          """);

  private static Map<String, HealthMetric> read(String lines) {
    Map<String, HealthMetric> all = new LinkedHashMap<>();
    lines
        .lines()
        .map(line -> List.of(line.split(" ", -1)))
        .forEach(
            words ->
                all.put(
                    words.get(0),
                    new HealthMetric(
                        words.get(0), Kind.valueOf(words.get(1)), words.subList(2, words.size()))));
    return all;
  }

  /** All metrics by their names, in the order of docs/metrics.md. */
  public static Map<String, HealthMetric> all() {
    return new LinkedHashMap<>(ALL);
  }

  /** The name of its samples in Prometheus; of a summary or histogram, their prefix. */
  public String sampleName() {
    return PREFIX + name;
  }
}
