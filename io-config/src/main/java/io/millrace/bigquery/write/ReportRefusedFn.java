package io.millrace.bigquery.write;

import io.millrace.contract.Contract;
import io.millrace.event.DeadLetter;
import io.millrace.event.DeadLetterCode;
import io.millrace.event.DeadLetterFactory;
import io.millrace.event.PipelineMetrics;
import io.millrace.event.SourceRecord;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.beam.sdk.io.gcp.bigquery.BigQueryStorageApiInsertError;
import org.apache.beam.sdk.metrics.Counter;
import org.apache.beam.sdk.metrics.Metrics;
import org.apache.beam.sdk.transforms.DoFn;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Converts rejected events to dead letters, with the original bytes and BigQuery's message. A
 * rejected roll-up row is counted and logged; its events are rejected for the same reason. A
 * rejected dead letter or audit entry fails the bundle, which the runner retries, so that it is
 * never skipped.
 */
public final class ReportRefusedFn extends DoFn<BigQueryStorageApiInsertError, DeadLetter> {
  private static final Logger LOG = LoggerFactory.getLogger(ReportRefusedFn.class);
  private static final int MOST_CHARS = 300;

  private final Counter refusedRows = Metrics.counter(PipelineMetrics.NAMESPACE, "sink_refused");
  private final Counter refusedRollups =
      Metrics.counter(PipelineMetrics.NAMESPACE, "rollup_refused");
  private final DeadLetterFactory deadLetters;
  private final Set<String> columns;
  private final boolean audit;

  private ReportRefusedFn(DeadLetterFactory deadLetters, Set<String> columns, boolean audit) {
    this.deadLetters = deadLetters;
    this.columns = columns;
    this.audit = audit;
  }

  /** Creates the function for events, dead letters and roll-ups. */
  static ReportRefusedFn of(Contract contract, DeadLetterFactory deadLetters) {
    Set<String> columns =
        contract.rowFields().stream().map(field -> field.name()).collect(Collectors.toSet());
    return new ReportRefusedFn(deadLetters, columns, false);
  }

  /** Creates the function for the audit. */
  static ReportRefusedFn ofAudit(DeadLetterFactory deadLetters) {
    return new ReportRefusedFn(deadLetters, Set.of(), true);
  }

  @ProcessElement
  public void process(
      @Element BigQueryStorageApiInsertError error, OutputReceiver<DeadLetter> out) {
    String message = withoutValues(error.getErrorMessage(), columns);
    SourceRecord record = RowFormat.recordOf(error.getRow());
    if (record != null) {
      refusedRows.inc();
      out.output(
          deadLetters.create(
              record,
              DeadLetterCode.REFUSED_BY_SINK,
              "BigQuery: " + message,
              WriteToBigQuery.STAGE));
    } else if (!audit && error.getRow().containsKey(RowFormat.ROLLUP)) {
      refusedRollups.inc();
      LOG.warn("A roll-up row was rejected: {}", message);
    } else {
      throw new IllegalStateException(
          ("BigQuery rejects %s, which has no other destination: %s; compare the table"
                  + " with `millrace check`")
              .formatted(audit ? "an audit row" : "a dead letter", message));
    }
  }

  /**
   * The first line of a message without values of the event: masks quoted texts that are not column
   * names, and cuts at the first brace.
   */
  public static String withoutValues(String message, Set<String> columns) {
    if (message == null) {
      return "the row was rejected without a reason";
    }
    String line = message.lines().findFirst().orElse("");
    int brace = line.indexOf('{');
    line = brace < 0 ? line : line.substring(0, brace);
    StringBuilder safe = new StringBuilder();
    for (int i = 0; i < line.length(); i++) {
      char c = line.charAt(i);
      safe.append(c);
      if (c == '"' || c == '\'' || c == '`') {
        int end = line.indexOf(c, i + 1);
        String quoted = line.substring(i + 1, end < 0 ? line.length() : end);
        safe.append(columns.contains(quoted) ? quoted : "…").append(c);
        i += quoted.length() + 1;
      }
    }
    String whole = safe.toString().strip();
    return whole.length() > MOST_CHARS ? whole.substring(0, MOST_CHARS) + "…" : whole;
  }
}
