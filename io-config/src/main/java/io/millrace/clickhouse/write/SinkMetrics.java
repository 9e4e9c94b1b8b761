package io.millrace.clickhouse.write;

import io.millrace.event.PipelineMetrics;
import org.apache.beam.sdk.metrics.Counter;
import org.apache.beam.sdk.metrics.Distribution;
import org.apache.beam.sdk.metrics.Metrics;

/** Metrics of the sink, in {@link PipelineMetrics#NAMESPACE}. */
public final class SinkMetrics {
  /** Counter: acknowledged INSERTs. */
  static final String INSERTS = "sink_inserts";

  /** Counter: rows in them. */
  static final String ROWS = "sink_rows";

  /** Counter: bytes in them, before compression. */
  static final String BYTES = "sink_bytes";

  /** Counter: failed attempts that are retried. */
  public static final String RETRIES = "sink_retries";

  /** Counter: rows rejected for their content. */
  static final String REFUSED = "sink_refused";

  /** Distribution: rows in an INSERT. */
  static final String BATCH_ROWS = "sink_batch_rows";

  /** Distribution: milliseconds from the first attempt to the acknowledgement. */
  static final String INSERT_MS = "sink_insert_ms";

  /**
   * Counter: sum of the same milliseconds. With {@link #INSERTS} it gives Prometheus an average,
   * because a distribution is not exported as a number.
   */
  static final String INSERT_MS_SUM = "sink_insert_ms_sum";

  private final Counter inserts = Metrics.counter(PipelineMetrics.NAMESPACE, INSERTS);
  private final Counter rows = Metrics.counter(PipelineMetrics.NAMESPACE, ROWS);
  private final Counter bytes = Metrics.counter(PipelineMetrics.NAMESPACE, BYTES);
  final Counter retries = Metrics.counter(PipelineMetrics.NAMESPACE, RETRIES);
  final Counter refused = Metrics.counter(PipelineMetrics.NAMESPACE, REFUSED);
  private final Distribution batchRows =
      Metrics.distribution(PipelineMetrics.NAMESPACE, BATCH_ROWS);
  private final Distribution insertMillis =
      Metrics.distribution(PipelineMetrics.NAMESPACE, INSERT_MS);
  private final Counter insertMillisSum = Metrics.counter(PipelineMetrics.NAMESPACE, INSERT_MS_SUM);

  void written(Batch batch, long millis) {
    inserts.inc();
    rows.inc(batch.rowCount());
    bytes.inc(batch.byteCount());
    batchRows.update(batch.rowCount());
    insertMillis.update(millis);
    insertMillisSum.inc(millis);
  }
}
