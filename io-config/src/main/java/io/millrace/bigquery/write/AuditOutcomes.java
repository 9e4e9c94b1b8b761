package io.millrace.bigquery.write;

import com.google.api.services.bigquery.model.TableRow;
import io.millrace.bigquery.schema.AuditEntry;
import io.millrace.bigquery.schema.BigQueryTable;
import io.millrace.bigquery.schema.FixedTables;
import io.millrace.bigquery.schema.Origin;
import io.millrace.contract.Contract;
import io.millrace.event.Clock;
import io.millrace.event.DeadLetter;
import io.millrace.event.DeadLetterCoder;
import io.millrace.event.DeadLetterFactory;
import io.millrace.event.Event;
import io.millrace.event.LostRange;
import io.millrace.event.Outcome;
import io.millrace.event.OutcomeTags;
import io.millrace.event.PipelineMetrics;
import io.millrace.event.SourceRecord;
import io.millrace.io.ElementContents;
import io.millrace.io.InGlobalWindow;
import io.millrace.io.WriteResult;
import io.millrace.io.WrittenBatch;
import java.io.Serializable;
import java.util.List;
import java.util.Set;
import org.apache.beam.sdk.coders.SerializableCoder;
import org.apache.beam.sdk.metrics.Counter;
import org.apache.beam.sdk.transforms.DoFn;
import org.apache.beam.sdk.transforms.Flatten;
import org.apache.beam.sdk.transforms.ParDo;
import org.apache.beam.sdk.transforms.SerializableFunction;
import org.apache.beam.sdk.values.PCollection;
import org.apache.beam.sdk.values.PCollectionList;
import org.apache.beam.sdk.values.PCollectionTuple;
import org.apache.beam.sdk.values.TupleTagList;

/**
 * Writes the audit: one row for each event with a final outcome. Adds its steps to {@link
 * WriteToBigQuery}.
 */
record AuditOutcomes(
    Contract contract, DeadLetterFactory deadLetters, Clock clock, StorageWrites writes) {

  /** Counts and audits dead letters that other destinations have stored. */
  PCollectionTuple countDead(PCollection<DeadLetter> letters) {
    PCollectionTuple counted =
        InGlobalWindow.of("Dead", letters)
            .apply(
                "CountDead",
                ParDo.of(new CountDead(clock))
                    .withOutputTags(
                        ReportWrittenFn.AUDIT,
                        TupleTagList.of(List.of(WriteResult.WRITTEN, WriteResult.REFUSED))));
    counted.get(ReportWrittenFn.AUDIT).setCoder(AuditEntry.CODER);
    counted.get(WriteResult.WRITTEN).setCoder(SerializableCoder.of(WrittenBatch.class));
    counted.get(WriteResult.REFUSED).setCoder(DeadLetterCoder.of());
    return counted;
  }

  /**
   * Writes the given entries, and those of duplicates, filtered events, records without events and
   * lost ranges.
   */
  void write(PCollectionTuple outcomes, PCollectionList<AuditEntry> counted) {
    PCollectionList<AuditEntry> all = counted;
    if (outcomes.has(OutcomeTags.DUPLICATE)) {
      all = all.and(events("Duplicates", outcomes.get(OutcomeTags.DUPLICATE), Outcome.DUPLICATE));
    }
    if (outcomes.has(OutcomeTags.FILTERED)) {
      all = all.and(events("Filtered", outcomes.get(OutcomeTags.FILTERED), Outcome.FILTERED));
    }
    if (outcomes.has(OutcomeTags.EMPTY)) {
      PCollection<AuditEntry> empty =
          InGlobalWindow.of("Empty", outcomes.get(OutcomeTags.EMPTY))
              .apply(
                  "AuditEmpty",
                  ParDo.of(
                      new AuditFn<SourceRecord, SourceRecord>(
                          clock, ElementContents.alone(), AuditOutcomes::empty)))
              .setCoder(AuditEntry.CODER);
      all = all.and(empty);
    }
    if (outcomes.has(OutcomeTags.LOST)) {
      PCollection<AuditEntry> lost =
          InGlobalWindow.of("Lost", outcomes.get(OutcomeTags.LOST))
              .apply(
                  "AuditLost",
                  ParDo.of(
                      new AuditFn<LostRange, LostRange>(
                          clock, ElementContents.alone(), AuditEntry::of)))
              .setCoder(AuditEntry.CODER);
      all = all.and(lost);
    }
    PCollection<AuditEntry> entries =
        all.apply("AllEntries", Flatten.pCollections()).setCoder(AuditEntry.CODER);
    BigQueryTable audit = FixedTables.audit(contract);
    String table = audit.name();
    BigQueryTable lostRanges = FixedTables.lostRanges(contract);
    String lostTable = lostRanges.name();
    String name = contract.name();
    org.apache.beam.sdk.io.gcp.bigquery.WriteResult result =
        entries.apply(
            "WriteAudit",
            writes.to(
                entries.isBounded(),
                List.of(audit, lostRanges),
                entry -> entry.isLostRange() ? lostTable : table,
                entry -> FixedTables.auditRow(name, entry),
                Set.of(Origin.OUTCOME)));
    result.getSuccessfulStorageApiInserts().apply("CountAudited", ParDo.of(new CountAudited()));
    result
        .getFailedStorageApiInserts()
        .apply("ReportRefusedAudit", ParDo.of(ReportRefusedFn.ofAudit(deadLetters)))
        .setCoder(DeadLetterCoder.of());
  }

  /** Entries of events that are in no other table. */
  private PCollection<AuditEntry> events(
      String name, PCollection<List<Event>> events, Outcome outcome) {
    return InGlobalWindow.of(name, events)
        .apply(
            "Audit" + name,
            ParDo.of(
                new AuditFn<List<Event>, Event>(
                    clock,
                    ElementContents.group(),
                    (event, nowMillis) ->
                        new AuditEntry(event.origin().withoutBytes(), outcome, nowMillis))))
        .setCoder(AuditEntry.CODER);
  }

  private static AuditEntry empty(SourceRecord record, long nowMillis) {
    return new AuditEntry(record, Outcome.DEAD, nowMillis);
  }

  private interface ToEntry<T> extends Serializable {
    AuditEntry of(T element, long nowMillis);
  }

  /** Creates audit entries of what elements hold, which has no row. */
  private static final class AuditFn<E, T> extends DoFn<E, AuditEntry> {
    private final Clock clock;
    private final SerializableFunction<E, List<T>> contents;
    private final ToEntry<T> entries;

    AuditFn(Clock clock, SerializableFunction<E, List<T>> contents, ToEntry<T> entries) {
      this.clock = clock;
      this.contents = contents;
      this.entries = entries;
    }

    @ProcessElement
    public void process(@Element E element, OutputReceiver<AuditEntry> out) {
      for (T content : contents.apply(element)) {
        out.output(entries.of(content, clock.millis()));
      }
    }
  }

  /** Counts dead letters without a row in this sink. */
  private static final class CountDead extends DoFn<DeadLetter, AuditEntry> {
    private final Clock clock;
    private final Counter dead = PipelineMetrics.outcome(Outcome.DEAD);

    CountDead(Clock clock) {
      this.clock = clock;
    }

    @ProcessElement
    public void process(@Element DeadLetter letter, OutputReceiver<AuditEntry> out) {
      dead.inc();
      out.output(new AuditEntry(letter.origin().withoutBytes(), Outcome.DEAD, clock.millis()));
    }
  }

  /** Counts audit entries that BigQuery has acknowledged. */
  private static final class CountAudited extends DoFn<TableRow, Void> {
    @ProcessElement
    public void process(@Element TableRow row) {
      // BigQueryIO returns only the outcome column, which a lost range lacks.
      if (row.containsKey(Origin.OUTCOME)) {
        PipelineMetrics.counter(PipelineMetrics.AUDITED).inc();
      } else {
        PipelineMetrics.counter(PipelineMetrics.LOST_RANGES_AUDITED).inc();
      }
    }
  }
}
