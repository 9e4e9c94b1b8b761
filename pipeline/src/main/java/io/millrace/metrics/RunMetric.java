package io.millrace.metrics;

import static io.millrace.metrics.MetricShape.CONTRACT;
import static io.millrace.metrics.MetricShape.DESTINATION;
import static io.millrace.metrics.MetricShape.LOOKUP;
import static io.millrace.metrics.MetricShape.PARTITION;
import static io.millrace.metrics.MetricShape.SINK;
import static io.millrace.metrics.MetricShape.TABLE;
import static io.millrace.metrics.MetricShape.TOPIC;
import static io.millrace.metrics.MetricShape.Where.KAFKA;
import static io.millrace.metrics.MetricShape.Where.RUN;
import static io.millrace.metrics.MetricShape.Where.STATE;
import static io.millrace.metrics.MetricShape.counter;
import static io.millrace.metrics.MetricShape.gauge;
import static io.millrace.metrics.MetricShape.histogram;
import static io.millrace.metrics.MetricShape.info;
import static io.millrace.metrics.MetricShape.summary;

import io.millrace.event.PipelineMetrics;
import io.millrace.io.FreshnessHistogram;
import java.util.List;

/**
 * All metrics of Millrace: name, kind, unit, labels, meaning, and where each exists.
 * docs/metrics.md is generated from this list. Names follow OpenMetrics.
 */
@SuppressWarnings("ImmutableEnumChecker") // the lists of a shape are copies
public enum RunMetric {
  UP(gauge("millrace_up").only(RUN), "1 while the job runs, otherwise 0."),
  HEALTHY(
      gauge("millrace_healthy").only(RUN),
      "1 if `/healthz` answers 200: nothing waits for a sink, and Kafka answers."),
  BUILD(
      info("millrace_build").only(RUN).by("version", "contract", "contract_version", "runner"),
      "Version of Millrace, and of each contract of the run."),
  START(
      gauge("millrace_start_timestamp_seconds").only(RUN),
      "When the run started, since the epoch."),

  RECORDS(
      counter("millrace_records").from(PipelineMetrics.READ).by(CONTRACT),
      "Records that the source emitted."),
  EMPTY_RECORDS(
      counter("millrace_empty_records").from(PipelineMetrics.EMPTY_RECORDS).by(CONTRACT),
      "Records that hold no event."),
  EVENTS_READ(
      counter("millrace_events_read").from(PipelineMetrics.EVENTS).by(CONTRACT),
      "Events in these records, dead ones included; the records themselves if each is one"
          + " event. Equal to the sum of `millrace_events_total` over the outcomes, plus the "
          + "events in flight."),
  EVENTS(
      counter("millrace_events")
          .from("accepted", "error", "duplicate", "late", "filtered", "dead")
          .by(CONTRACT, SINK, "outcome"),
      "Events by outcome, counted where they end. An outcome with a row counts when the "
          + "row is written."),
  IN_FLIGHT(
      gauge("millrace_events_in_flight").only(RUN).by(CONTRACT, SINK),
      "Events that are read and have no outcome yet."),
  AUDITED(
      counter("millrace_audited").from(PipelineMetrics.AUDITED).by(CONTRACT, SINK),
      "Rows in the audit table: one for each event, and for each record without event."),
  DEAD_LETTERS(
      counter("millrace_dead_letters")
          .from(PipelineMetrics.DEAD_WITH + "<code>")
          .by(CONTRACT, SINK, "code"),
      "Dead letters by code, counted where they arise. The sink is empty if decoding "
          + "rejected the event."),
  FILTERED(
      counter("millrace_filtered")
          .from(PipelineMetrics.FILTERED_BY + "<rule>")
          .by(CONTRACT, "rule"),
      "Events that a rule of the contract's `filter` turned away."),
  LOST(
      counter("millrace_lost_records").from(PipelineMetrics.RECORDS_LOST_BEFORE_READ).by(CONTRACT),
      "Offsets that Kafka removed before they were read."),
  SKIPPED(
      counter("millrace_skipped_records").from(PipelineMetrics.SKIPPED_AT_START).by(CONTRACT),
      "Offsets that the run passed by at its start because of `--startFrom`."),

  ROWS_WRITTEN(
      counter("millrace_rows_written")
          .from(PipelineMetrics.TABLE_ROWS + "<table>")
          .by(CONTRACT, SINK, TABLE),
      "Rows that the sink acknowledged, by table; with BigQuery only those of events and "
          + "dead letters."),
  INSERT_ROWS(
      summary("millrace_insert_rows").from("sink_rows", "sink_inserts").by(CONTRACT, SINK),
      "Rows in an acknowledged INSERT. The sum divided by the count is the mean size of a"
          + " batch. ClickHouse only."),
  INSERT_BYTES(
      counter("millrace_insert_bytes").from("sink_bytes").by(CONTRACT, SINK),
      "Bytes in acknowledged INSERTs, before compression. ClickHouse only."),
  INSERT_DURATION(
      summary("millrace_insert_duration_seconds")
          .from("sink_insert_ms_sum", "sink_inserts")
          .by(CONTRACT, SINK),
      "Time from the first attempt of an INSERT to its acknowledgment. ClickHouse only."),
  INSERT_RETRIES(
      counter("millrace_insert_retries").from("sink_retries").by(CONTRACT, SINK),
      "Failed attempts of INSERTs. ClickHouse only."),
  ROWS_REJECTED(
      counter("millrace_rows_rejected").from("sink_refused").by(CONTRACT, SINK),
      "Rows that the sink rejected for their content. Their events are dead."),
  FRESHNESS(
      histogram("millrace_freshness_seconds")
          .from(FreshnessHistogram.COUNTER_PREFIX + "<bound>", FreshnessHistogram.SUM)
          .by(CONTRACT, SINK),
      "Time from an event's own time to the acknowledgment of its row, of accepted events"
          + " and errors."),
  ROLLUP_ROWS(
      counter("millrace_rollup_rows").from(PipelineMetrics.ROLLUPS_WRITTEN).by(CONTRACT, SINK),
      "Rows of roll-ups that the sink acknowledged, corrections included."),
  ROLLUPS_OPEN(
      gauge("millrace_rollups_open").from(PipelineMetrics.ROLLUPS_CHANGED).by(CONTRACT),
      "Groups in windows with changes that are not emitted yet."),

  ROWS_WAITING(
      gauge("millrace_rows_waiting")
          .from("sink_waiting_rows_<table>")
          .only(RUN)
          .by(CONTRACT, SINK, TABLE),
      "Rows that wait for a table: those whose INSERT failed, and those of an INSERT "
          + "without an answer for 5 s. ClickHouse only."),
  ROWS_WAITING_SECONDS(
      gauge("millrace_rows_waiting_seconds").only(RUN).by(CONTRACT, SINK, TABLE),
      "How long the first of these rows has waited; 0 if none waits."),
  LETTERS_WAITING(
      gauge("millrace_dead_letters_waiting")
          .from("dead_letters_waiting")
          .only(RUN)
          .by(CONTRACT, DESTINATION),
      "Dead letters that wait for a topic or a file of `--deadLetters`."),
  LETTERS_WAITING_SECONDS(
      gauge("millrace_dead_letters_waiting_seconds").only(RUN).by(CONTRACT, DESTINATION),
      "How long the first of these dead letters has waited."),

  ALERT_CHANGES(
      counter("millrace_alert_changes").from(PipelineMetrics.ALERT_CHANGES).by(CONTRACT),
      "Changes of the contract's alerts, corrections included."),
  ALERTS_SENT(
      counter("millrace_alerts_sent").from(PipelineMetrics.ALERTS_SENT).by(CONTRACT),
      "Changes of alerts that a target of `--alerts` has acknowledged."),
  ALERTS_WAITING(
      gauge("millrace_alerts_waiting").only(RUN).by(CONTRACT, DESTINATION),
      "Changes of alerts that wait for a target of `--alerts`."),
  ALERTS_WAITING_SECONDS(
      gauge("millrace_alerts_waiting_seconds").only(RUN).by(CONTRACT, DESTINATION),
      "How long the first of these changes has waited."),

  LAG_RECORDS(
      gauge("millrace_consumer_lag_records").only(KAFKA).by(TOPIC, PARTITION),
      "Offsets between the next record to read and the end of the partition, asked for "
          + "every second. What is read and has no outcome yet is in "
          + "`millrace_events_in_flight`."),
  LAG_SECONDS(
      gauge("millrace_consumer_lag_seconds").only(KAFKA).by(TOPIC, PARTITION),
      "Time since the last record that was read, or since all was read, whichever is "
          + "later; 0 if all is read."),
  NEXT_OFFSET(
      gauge("millrace_partition_next_offset").only(KAFKA).by(TOPIC, PARTITION),
      "The offset of the next record to read."),
  END_OFFSET(
      gauge("millrace_partition_end_offset").only(KAFKA).by(TOPIC, PARTITION),
      "The offset after the last record of the partition."),
  WATERMARK(
      gauge("millrace_watermark_timestamp_seconds").only(KAFKA).by(TOPIC, PARTITION),
      "The watermark of the partition, since the epoch."),
  WATERMARK_AGE(
      gauge("millrace_watermark_age_seconds").only(KAFKA).by(TOPIC, PARTITION),
      "How far the watermark is behind this computer's clock. It includes the contract's "
          + "`out_of_orderness`."),

  LOOKUP_MISSING(
      counter("millrace_lookup_missing")
          .from(PipelineMetrics.LOOKUP_MISSING + "<lookup>")
          .by(CONTRACT, LOOKUP),
      "Events without a row in the look-up."),
  LOOKUP_ROWS(
      gauge("millrace_lookup_rows")
          .from(PipelineMetrics.LOOKUP_ROWS + "<lookup>")
          .by(CONTRACT, LOOKUP),
      "Rows of the look-up's version."),
  LOOKUP_VERSION(
      gauge("millrace_lookup_version")
          .from(PipelineMetrics.LOOKUP_VERSION + "<lookup>")
          .by(CONTRACT, LOOKUP),
      "The version as a number: it changes if the content changes. Its size means nothing."),
  LOOKUP_AGE(
      gauge("millrace_lookup_age_seconds")
          .from(PipelineMetrics.LOOKUP_CHECKED + "<lookup>")
          .by(CONTRACT, LOOKUP),
      "Time since the look-up's source was last read without an error, as events see it."),

  CHECKPOINTS(
      counter("millrace_checkpoints").only(STATE).by("result"),
      "Checkpoints by result: `completed` or `failed`. Flink also counts those as failed that it"
          + " asks for before all tasks run."),
  CHECKPOINT_AGE(
      gauge("millrace_checkpoint_age_seconds").only(STATE),
      "Time since the last checkpoint completed."),
  CHECKPOINT_DURATION(
      gauge("millrace_checkpoint_duration_seconds").only(STATE),
      "How long that checkpoint took. On a cluster: Flink's `lastCheckpointDuration`."),
  CHECKPOINT_SIZE(
      gauge("millrace_checkpoint_size_bytes").only(STATE),
      "Size of the state in that checkpoint. On a cluster: Flink's `lastCheckpointSize`.");

  private final MetricShape shape;
  private final String help;

  RunMetric(MetricShape shape, String help) {
    this.shape = shape;
    this.help = help;
  }

  /** The name of the metric's family, without the suffix of its samples. */
  public String family() {
    return shape.name();
  }

  /** The name of its samples; of a summary or histogram, their prefix. */
  public String sampleName() {
    return switch (shape.kind()) {
      case COUNTER -> shape.name() + "_total";
      case INFO -> shape.name() + "_info";
      default -> shape.name();
    };
  }

  public MetricShape.Kind kind() {
    return shape.kind();
  }

  /** {@code seconds} or {@code bytes}; empty for numbers of things. */
  public String unit() {
    return shape.unit();
  }

  public MetricShape.Where where() {
    return shape.where();
  }

  /** Names of the job's own metrics that it is made of; empty if there are none. */
  public List<String> jobNames() {
    return shape.jobNames();
  }

  /** What it means, in Markdown. */
  public String help() {
    return help;
  }

  public List<String> labels() {
    return shape.labels();
  }
}
