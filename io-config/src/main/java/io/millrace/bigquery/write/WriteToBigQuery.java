package io.millrace.bigquery.write;

import io.millrace.alert.JudgeAlerts;
import io.millrace.bigquery.client.BigQueryConfig;
import io.millrace.bigquery.schema.AuditEntry;
import io.millrace.bigquery.schema.BigQueryTable;
import io.millrace.bigquery.schema.Origin;
import io.millrace.contract.Contract;
import io.millrace.contract.TableDefinition;
import io.millrace.event.Clock;
import io.millrace.event.DeadLetter;
import io.millrace.event.DeadLetterCoder;
import io.millrace.event.DeadLetterFactory;
import io.millrace.event.Outcome;
import io.millrace.event.OutcomeTags;
import io.millrace.expression.EventRouter;
import io.millrace.io.InGlobalWindow;
import io.millrace.io.WriteResult;
import io.millrace.rollup.RollUpMetrics;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.apache.beam.sdk.coders.Coder;
import org.apache.beam.sdk.coders.SerializableCoder;
import org.apache.beam.sdk.io.gcp.bigquery.BigQueryServices;
import org.apache.beam.sdk.transforms.Flatten;
import org.apache.beam.sdk.transforms.PTransform;
import org.apache.beam.sdk.transforms.ParDo;
import org.apache.beam.sdk.values.PCollection;
import org.apache.beam.sdk.values.PCollectionList;
import org.apache.beam.sdk.values.PCollectionTuple;
import org.apache.beam.sdk.values.TupleTag;
import org.apache.beam.sdk.values.TupleTagList;

/**
 * Writes outcomes to their tables through the Storage Write API. One BigQueryIO writes all tables,
 * a second the audit.
 *
 * <p>Input: any of the outputs of {@link OutcomeTags}, {@link RollUpMetrics#ROWS} and {@link
 * JudgeAlerts#CHANGES}. Output: the number of rows written to each table, and the rejected rows. An
 * outcome is counted and audited when BigQuery has acknowledged its row. With {@code EXACTLY_ONCE},
 * an acknowledged row is durable, but visible only after its stream is flushed, about a second
 * later. With {@code AT_LEAST_ONCE}, it is visible at once.
 *
 * <p>BigQueryIO and then the runner retry every other error: rows wait, and so does the source. No
 * row is skipped and no column dropped: a table that lacks a column rejects the whole request.
 *
 * <p>Cost: a row is converted to columns, then to a protocol buffer; the encoded record travels
 * with it, in case it is rejected. State, only with {@code EXACTLY_ONCE} and an unbounded input:
 * the rows of a {@link BigQueryConfig#triggeringFrequency}, and a stream's name and offset for each
 * key.
 */
public record WriteToBigQuery(
    BigQueryConfig config,
    Contract contract,
    DeadLetterFactory deadLetters,
    Clock clock,
    BigQueryServices services,
    boolean deadLetterTable) {
  /** The name of this step in dead letters. */
  static final String STAGE = "WriteToBigQuery";

  /** The step, by its name in the graph. */
  public PTransform<PCollectionTuple, WriteResult> transform() {
    return PTransform.compose(STAGE, this::expand);
  }

  private WriteResult expand(PCollectionTuple outcomes) {
    Contract.Tables tables = contract.tables();
    Rows rows = new Rows(outcomes);
    rows.addAccepted();
    if (tables.error() != null) {
      rows.add("Errors", OutcomeTags.ERROR, tables.error().name());
    }
    rows.add("Late", OutcomeTags.LATE, tables.late().name());
    StorageWrites writes = new StorageWrites(config, services);
    AuditOutcomes audit = new AuditOutcomes(contract, deadLetters, clock, writes);
    PCollectionList<AuditEntry> counted = PCollectionList.empty(outcomes.getPipeline());
    if (deadLetterTable) {
      rows.add("Dead", OutcomeTags.DEAD, tables.deadLetters().name());
    } else if (outcomes.has(OutcomeTags.DEAD)) {
      PCollectionTuple dead = audit.countDead(outcomes.get(OutcomeTags.DEAD));
      counted = counted.and(dead.get(ReportWrittenFn.AUDIT));
      if (outcomes.getAll().size() == 1) {
        audit.write(outcomes, counted);
        return new WriteResult(dead.get(WriteResult.WRITTEN), dead.get(WriteResult.REFUSED));
      }
    }
    if (!contract.rollups().isEmpty()) {
      rows.add("Rollups", RollUpMetrics.ROWS, "");
    }
    if (!contract.alerts().isEmpty()) {
      rows.add("Alerts", JudgeAlerts.CHANGES, "");
    }
    RowFormat format = new RowFormat(contract, clock);
    PCollection<RowToWrite> all =
        rows.rows.apply("AllRows", Flatten.pCollections()).setCoder(RowToWrite.Coder.of(contract));
    org.apache.beam.sdk.io.gcp.bigquery.WriteResult result =
        all.apply(
            "WriteRows",
            writes
                .to(
                    all.isBounded(),
                    BigQueryTable.written(contract),
                    RowToWrite::table,
                    format::columns,
                    namesToKnowRowsBy())
                .withFormatRecordOnFailureFunction(RowFormat::original));
    PCollectionTuple written =
        result
            .getSuccessfulStorageApiInserts()
            .apply(
                "ReportWritten",
                ParDo.of(new ReportWrittenFn(clock, outcomeTables(), contract.eventTime()))
                    .withOutputTags(ReportWrittenFn.AUDIT, TupleTagList.of(WriteResult.WRITTEN)));
    PCollection<DeadLetter> refused =
        result
            .getFailedStorageApiInserts()
            .apply("ReportRefused", ParDo.of(ReportRefusedFn.of(contract, deadLetters)))
            .setCoder(DeadLetterCoder.of());
    audit.write(
        outcomes, counted.and(written.get(ReportWrittenFn.AUDIT).setCoder(AuditEntry.CODER)));
    return new WriteResult(
        written
            .get(WriteResult.WRITTEN)
            .setCoder(SerializableCoder.of(io.millrace.io.WrittenBatch.class)),
        rows.refused.and(refused).apply("AllRefused", Flatten.pCollections()));
  }

  private Set<String> namesToKnowRowsBy() {
    Set<String> names = new HashSet<>(Origin.NAMES);
    names.add(Origin.nameGivenBack(contract.eventTime()));
    return names;
  }

  private Map<Outcome, String> outcomeTables() {
    Map<Outcome, String> names = new EnumMap<>(Outcome.class);
    for (BigQueryTable table : BigQueryTable.written(contract)) {
      if (table.outcome() != null) {
        // Written batches of routed events are reported for the normal table.
        names.putIfAbsent(table.outcome(), table.name());
      }
    }
    return names;
  }

  /** The rows of the outputs in the input. */
  private final class Rows {
    private final PCollectionTuple outcomes;
    private final Coder<RowToWrite> coder = RowToWrite.Coder.of(contract);
    private PCollectionList<RowToWrite> rows;
    private PCollectionList<DeadLetter> refused;

    private Rows(PCollectionTuple outcomes) {
      this.outcomes = outcomes;
      this.rows = PCollectionList.empty(outcomes.getPipeline());
      this.refused = PCollectionList.empty(outcomes.getPipeline());
    }

    private void addAccepted() {
      boolean routed = !contract.tables().routes().isEmpty();
      add(
          "Accepted",
          OutcomeTags.ACCEPTED,
          new PrepareRowsFn<>(
              contract.tables().accepted().stream().map(TableDefinition::name).toList(),
              routed ? EventRouter.of(contract) : null,
              deadLetters,
              clock));
    }

    private <T> void add(String name, TupleTag<T> tag, String table) {
      add(name, tag, new PrepareRowsFn<>(table, deadLetters, clock));
    }

    private <T> void add(String name, TupleTag<T> tag, PrepareRowsFn<T> prepare) {
      if (!outcomes.has(tag)) {
        return;
      }
      PCollectionTuple named =
          InGlobalWindow.of(name, outcomes.get(tag))
              .apply(
                  name,
                  ParDo.of(prepare)
                      .withOutputTags(PrepareRowsFn.ROWS, TupleTagList.of(WriteResult.REFUSED)));
      rows = rows.and(named.get(PrepareRowsFn.ROWS).setCoder(coder));
      refused = refused.and(named.get(WriteResult.REFUSED).setCoder(DeadLetterCoder.of()));
    }
  }
}
