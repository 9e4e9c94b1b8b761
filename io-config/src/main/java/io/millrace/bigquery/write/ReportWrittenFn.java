package io.millrace.bigquery.write;

import com.google.api.services.bigquery.model.TableRow;
import io.millrace.bigquery.schema.AuditEntry;
import io.millrace.bigquery.schema.Origin;
import io.millrace.event.Clock;
import io.millrace.event.Outcome;
import io.millrace.event.PipelineMetrics;
import io.millrace.event.SourceRecord;
import io.millrace.io.FreshnessHistogram;
import io.millrace.io.WriteResult;
import io.millrace.io.WrittenBatch;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.apache.beam.sdk.transforms.DoFn;
import org.apache.beam.sdk.transforms.windowing.GlobalWindow;
import org.apache.beam.sdk.values.TupleTag;
import org.checkerframework.checker.nullness.qual.Nullable;
import org.joda.time.Instant;

/**
 * Counts acknowledged rows, and creates an audit entry for each record's outcome. Identifies the
 * record by {@link Origin}, or by the same columns of a dead letter.
 */
public final class ReportWrittenFn extends DoFn<TableRow, AuditEntry> {
  static final TupleTag<AuditEntry> AUDIT = new TupleTag<>("audit") {};

  private static final int DATE_CHARS = 10;

  private final Clock clock;
  private final Map<Outcome, String> tables;
  private final String eventTime;
  private transient FreshnessHistogram freshness;
  private transient Map<Outcome, long[]> written;

  /**
   * Creates the function.
   *
   * @param tables the table of each outcome that has one
   * @param eventTime the event-time column
   */
  ReportWrittenFn(Clock clock, Map<Outcome, String> tables, String eventTime) {
    this.clock = clock;
    this.tables = new EnumMap<>(tables);
    this.eventTime = Origin.nameGivenBack(eventTime);
  }

  @Setup
  public void setUp() {
    freshness = new FreshnessHistogram();
    written = new EnumMap<>(Outcome.class);
    tables.keySet().forEach(outcome -> written.put(outcome, new long[1]));
  }

  @StartBundle
  public void startBundle() {
    written.values().forEach(count -> count[0] = 0);
  }

  @ProcessElement
  public void process(@Element TableRow row, MultiOutputReceiver out) {
    Map<?, ?> origin = row.get(Origin.NAME) instanceof Map<?, ?> map ? map : row;
    Object label = origin == row ? Outcome.DEAD.label() : origin.get(Origin.OUTCOME);
    if (label == null) {
      PipelineMetrics.counter(PipelineMetrics.ROLLUPS_WRITTEN).inc();
      return;
    }
    Outcome outcome = Outcome.valueOf(label.toString().toUpperCase(Locale.ROOT));
    long now = clock.millis();
    PipelineMetrics.outcome(outcome).inc();
    written.get(outcome)[0]++;
    if (outcome == Outcome.ACCEPTED || outcome == Outcome.ERROR) {
      freshness.add(now - millis(row.get(eventTime)));
    }
    SourceRecord record =
        new SourceRecord(
            origin.get(Origin.TOPIC).toString(),
            Integer.parseInt(origin.get(Origin.PARTITION).toString()),
            Long.parseLong(origin.get(Origin.OFFSET).toString()),
            null,
            null,
            List.of(),
            millis(origin.get(Origin.RECORD_TIME)),
            0,
            null,
            number(origin.get(Origin.ELEMENT), SourceRecord.WHOLE),
            number(origin.get(Origin.ELEMENTS), 1));
    out.get(AUDIT).output(new AuditEntry(record, outcome, now));
  }

  private static int number(@Nullable Object value, int ifNull) {
    return value == null ? ifNull : Integer.parseInt(value.toString());
  }

  @FinishBundle
  public void finishBundle(FinishBundleContext context) {
    freshness.flush();
    for (Map.Entry<Outcome, String> table : tables.entrySet()) {
      long rows = written.get(table.getKey())[0];
      if (rows > 0) {
        PipelineMetrics.counter(PipelineMetrics.TABLE_ROWS + table.getValue()).inc(rows);
        context.output(
            WriteResult.WRITTEN,
            new WrittenBatch(table.getValue(), rows),
            Instant.ofEpochMilli(clock.millis()),
            GlobalWindow.INSTANCE);
      }
    }
  }

  /**
   * Parses a time in a returned row: ISO 8601 in UTC with a blank, a T or, in this version of
   * BigQueryIO, both between date and time.
   */
  public static long millis(Object time) {
    String text = time.toString();
    int timeOfDay = DATE_CHARS;
    while (text.charAt(timeOfDay) == ' ' || text.charAt(timeOfDay) == 'T') {
      timeOfDay++;
    }
    return LocalDateTime.parse(text.substring(0, DATE_CHARS) + "T" + text.substring(timeOfDay))
        .toInstant(ZoneOffset.UTC)
        .toEpochMilli();
  }
}
