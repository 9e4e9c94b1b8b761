package io.millrace.clickhouse.write;

import io.millrace.alert.JudgeAlerts;
import io.millrace.clickhouse.client.Batching;
import io.millrace.clickhouse.client.ClickHouseConfig.OnOperatorError;
import io.millrace.clickhouse.encoding.RowBlock;
import io.millrace.clickhouse.encoding.TableRowWriter;
import io.millrace.clickhouse.schema.DeadLetterTable;
import io.millrace.clickhouse.schema.LostRangeTable;
import io.millrace.clickhouse.write.EncodeRowsFn.RowSource;
import io.millrace.clickhouse.write.EncodeRowsFn.SerializableToLong;
import io.millrace.clickhouse.write.TableWriter.Tools;
import io.millrace.contract.Contract;
import io.millrace.contract.TableDefinition;
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
import io.millrace.expression.EventRouter;
import io.millrace.io.ElementContents;
import io.millrace.io.InGlobalWindow;
import io.millrace.io.WriteResult;
import io.millrace.io.flags.RunnerProfile;
import io.millrace.rollup.RollUpMetrics;
import io.millrace.rollup.RollupRow;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.beam.sdk.transforms.Flatten;
import org.apache.beam.sdk.transforms.PTransform;
import org.apache.beam.sdk.transforms.ParDo;
import org.apache.beam.sdk.transforms.SerializableFunction;
import org.apache.beam.sdk.values.KV;
import org.apache.beam.sdk.values.PCollection;
import org.apache.beam.sdk.values.PCollectionList;
import org.apache.beam.sdk.values.PCollectionTuple;
import org.apache.beam.sdk.values.TupleTag;
import org.apache.beam.sdk.values.TupleTagList;
import org.checkerframework.checker.nullness.qual.Nullable;

/**
 * Writes outcomes to their tables: encodes rows, batches and inserts them.
 *
 * <p>Input: any of the outputs of {@link OutcomeTags}, {@link RollUpMetrics#ROWS} and {@link
 * JudgeAlerts#CHANGES}; and {@link TableWriter#AUDIT}, audit rows of other writers. Output: written
 * batches and rejected rows. Each row ends in exactly one of the two. A replay after a crash may
 * duplicate it in its table; the table's engine collapses duplicates, and the {@code _exact} view
 * never shows them.
 *
 * <p>The audit table gets a row for each event with a written row, after that row is acknowledged,
 * and for each duplicate and each record without events, which have no other row.
 *
 * <p>Cost: one INSERT a batch, and audit rows of about 60 bytes before compression. State: with
 * {@link Batching.Mode#STATE}, one batch a table; rows that wait for a table, see {@link
 * TableRetryTarget}.
 */
public final class WriteToClickHouse extends PTransform<PCollectionTuple, WriteResult> {
  private static final long serialVersionUID = 1L;

  /** The name of this step in dead letters. */
  public static final String STAGE = "WriteToClickHouse";

  private static final String ENCODE = "Encode";

  /** The input that never waits for a batch. */
  private static final String ALERTS = "Alerts";

  /** The name of a single inserting step. */
  private static final String INSERT = "InsertBatches";

  private final Contract contract;
  private final Batching batching;
  private final OnOperatorError onOperatorError;
  private final DeadLetterFactory deadLetters;
  private final Tools tools;
  private final boolean deadLetterTable;
  private final boolean audit;

  private WriteToClickHouse(
      Contract contract,
      Batching batching,
      OnOperatorError onOperatorError,
      DeadLetterFactory deadLetters,
      Tools tools,
      boolean deadLetterTable,
      boolean audit) {
    this.contract = contract;
    this.batching = batching;
    this.onOperatorError = onOperatorError;
    this.deadLetters = deadLetters;
    this.tools = tools;
    this.deadLetterTable = deadLetterTable;
    this.audit = audit;
  }

  /**
   * Creates the transform.
   *
   * @param deadLetterTable whether dead letters are stored; if not, they are only counted and
   *     audited
   * @param audit whether audit rows are written
   */
  public static WriteToClickHouse of(
      Contract contract,
      Batching batching,
      OnOperatorError onOperatorError,
      DeadLetterFactory deadLetters,
      Tools tools,
      boolean deadLetterTable,
      boolean audit) {
    return new WriteToClickHouse(
        contract, batching, onOperatorError, deadLetters, tools, deadLetterTable, audit);
  }

  @Override
  public WriteResult expand(PCollectionTuple outcomes) {
    Contract.Tables tables = contract.tables();
    Encoded encoded = new Encoded(outcomes);
    encoded.addEvents("Accepted", OutcomeTags.ACCEPTED, accepted());
    if (tables.error() != null) {
      encoded.addEvents("Errors", OutcomeTags.ERROR, events(tables.error()));
    }
    encoded.addEvents("Late", OutcomeTags.LATE, events(tables.late()));
    if (deadLetterTable) {
      encoded.add(ENCODE, "Dead", OutcomeTags.DEAD, deadLetters());
    }
    encoded.addResults("Rollups", RollUpMetrics.ROWS);
    encoded.addResults(ALERTS, JudgeAlerts.CHANGES);
    if (encoded.byName.isEmpty()) {
      PCollectionTuple audited =
          writeAudit(outcomes, PCollectionList.empty(outcomes.getPipeline()));
      return new WriteResult(audited.get(WriteResult.WRITTEN), audited.get(WriteResult.REFUSED));
    }

    PCollectionTuple inserted = encoded.written();
    if (audit) {
      PCollectionTuple unused =
          writeAudit(outcomes, PCollectionList.of(inserted.get(TableWriter.AUDIT)));
    }
    PCollection<DeadLetter> refused =
        encoded
            .refused
            .and(inserted.get(WriteResult.REFUSED))
            .apply("AllRefused", Flatten.pCollections());
    return new WriteResult(inserted.get(WriteResult.WRITTEN), refused);
  }

  private PCollectionTuple writeAudit(
      PCollectionTuple outcomes, PCollectionList<KV<String, RowBlock>> written) {
    Encoded audited = new Encoded(outcomes);
    audited.addEvents(
        "Duplicates",
        OutcomeTags.DUPLICATE,
        audit(Outcome.DUPLICATE.label(), Event::origin, Event::eventTimeMillis, null));
    audited.addEvents(
        "Filtered",
        OutcomeTags.FILTERED,
        audit(Outcome.FILTERED.label(), Event::origin, Event::eventTimeMillis, null));
    audited.add(
        ENCODE,
        "Empty",
        OutcomeTags.EMPTY,
        audit(Outcome.NO_EVENT, record -> record, SourceRecord::recordTimeMillis, null));
    audited.add(ENCODE, "Lost", OutcomeTags.LOST, lostRanges());
    if (!deadLetterTable) {
      // Other destinations have stored them.
      audited.add(
          "Count",
          "Dead",
          OutcomeTags.DEAD,
          audit(
              Outcome.DEAD.label(),
              DeadLetter::origin,
              letter -> letter.origin().recordTimeMillis(),
              Outcome.DEAD));
    }
    PCollectionList<KV<String, RowBlock>> blocks = audited.blocks().and(written.getAll());
    if (outcomes.has(TableWriter.AUDIT)) {
      blocks = blocks.and(outcomes.get(TableWriter.AUDIT));
    }
    PCollection<KV<String, RowBlock>> all = blocks.apply("AuditBlocks", Flatten.pCollections());
    BatchedInserts batches = new BatchedInserts(outcomes.getPipeline(), batching);
    if (batching.mode() == Batching.Mode.BUNDLE) {
      batches.addBundles("BatchAudit", INSERT, all, GatherBundleFn.exceptFew(batching));
    } else {
      batches.add(INSERT, all.apply("BatchAudit", new BatchBlocks(auditBatching(outcomes), true)));
    }
    return batches.write("WriteAudit", "Audit", config());
  }

  private TableWriter.Config config() {
    return new TableWriter.Config(
        InsertTargets.of(contract),
        audit ? contract.tables().audit().name() : null,
        contract.name(),
        contract.holdsMany(),
        onOperatorError,
        tools,
        deadLetters);
  }

  /** With only dead letters as input, a batch of dead letters is large enough for the audit. */
  private Batching auditBatching(PCollectionTuple outcomes) {
    boolean onlyDead =
        deadLetterTable && outcomes.has(OutcomeTags.DEAD) && outcomes.getAll().size() == 1;
    return onlyDead ? batching.withMode(Batching.Mode.BUNDLE) : batching;
  }

  private RowSource<LostRange> lostRanges() {
    String name = contract.name();
    Clock clock = tools.clock();
    return new RowSource<>(
        LostRangeTable.name(contract),
        () -> (range, out) -> LostRangeTable.write(name, range, clock.millis(), out),
        LostRange::detectedAtMillis,
        range -> range.asRecord(0));
  }

  /**
   * Audit rows of elements that are in no other table.
   *
   * @param counted counts an outcome with each row; null: others have counted it
   */
  private <T> RowSource<T> audit(
      String outcome,
      SerializableFunction<T, SourceRecord> origin,
      SerializableToLong<T> eventTime,
      @Nullable Outcome counted) {
    String name = contract.name();
    boolean many = contract.holdsMany();
    Clock clock = tools.clock();
    return new RowSource<>(
        contract.tables().audit().name(),
        () -> {
          AuditRows rows = new AuditRows(name, outcome, many);
          return (element, out) -> {
            if (counted != null) {
              PipelineMetrics.outcome(counted).inc();
            }
            rows.write(origin.apply(element), eventTime.applyAsLong(element), clock, out);
          };
        },
        element -> origin.apply(element).recordTimeMillis(),
        element -> origin.apply(element).withoutBytes());
  }

  private RowSource<Event> accepted() {
    if (contract.tables().routes().isEmpty()) {
      return events(contract.tables().normal());
    }
    EventRouter router = EventRouter.of(contract);
    return new RowSource<>(
        List.copyOf(contract.tables().accepted().stream().map(WriteToClickHouse::rows).toList()),
        event -> router.indexFor(event.values()),
        Event::eventTimeMillis,
        Event::origin);
  }

  private static RowSource<Event> events(TableDefinition table) {
    return new RowSource<>(List.of(rows(table)), event -> 0, Event::eventTimeMillis, Event::origin);
  }

  private static EncodeRowsFn.Table<Event> rows(TableDefinition table) {
    return new EncodeRowsFn.Table<>(
        table.name(),
        () -> {
          TableRowWriter writer = TableRowWriter.of(table);
          return (event, out) -> writer.write(event.values(), out);
        });
  }

  private RowSource<DeadLetter> deadLetters() {
    boolean many = contract.holdsMany();
    return new RowSource<>(
        contract.tables().deadLetters().name(),
        () -> (letter, out) -> DeadLetterTable.write(letter, many, out),
        letter -> letter.origin().recordTimeMillis(),
        DeadLetter::origin);
  }

  /** The encoded rows of the outputs in the input. */
  private final class Encoded {
    private final PCollectionTuple outcomes;
    private final Map<String, PCollection<KV<String, RowBlock>>> byName = new LinkedHashMap<>();

    /** The outputs whose rows have no record, and which never wait. */
    private final Set<String> results = new HashSet<>();

    private PCollectionList<DeadLetter> refused;

    private Encoded(PCollectionTuple outcomes) {
      this.outcomes = outcomes;
      this.refused = PCollectionList.empty(outcomes.getPipeline());
    }

    private PCollectionList<KV<String, RowBlock>> blocks() {
      return PCollectionList.<KV<String, RowBlock>>empty(outcomes.getPipeline())
          .and(byName.values());
    }

    /**
     * With {@link Batching.Mode#BUNDLE}, each output has its own batching and inserting steps:
     * after a flatten, Flink would send rows and their records between tasks. Only the few rows of
     * a bundle are sent, where they are old: then they share an INSERT. With {@link
     * Batching.Mode#STATE}, fewer steps are more important, except for alerts: they are few, and
     * the age of a batch must not delay them.
     */
    private PCollectionTuple written() {
      BatchedInserts batches = new BatchedInserts(outcomes.getPipeline(), batching);
      if (batching.mode() == Batching.Mode.STATE) {
        PCollection<KV<String, RowBlock>> alerts = byName.remove(ALERTS);
        if (!byName.isEmpty()) {
          batches.add(
              INSERT,
              blocks()
                  .apply("AllBlocks", Flatten.pCollections())
                  .apply("BatchRows", new BatchBlocks(batching, false)));
        }
        if (alerts != null) {
          BatchBlocks atOnce = new BatchBlocks(batching.withMode(Batching.Mode.BUNDLE), false);
          batches.add("Insert" + ALERTS, alerts.apply("Batch" + ALERTS, atOnce));
        }
      } else {
        GatherBundleFn gather = GatherBundleFn.exceptFewOldOnes(batching, tools.clock());
        byName.forEach(
            (name, blocks) -> {
              String batch = "Batch" + name;
              String insert = "Insert" + name;
              if (results.contains(name)) {
                batches.add(insert, blocks.apply(batch, new BatchBlocks(batching, false)));
              } else {
                batches.addBundles(batch, insert, blocks, gather);
              }
            });
      }
      return batches.write("WriteBatches", "", config());
    }

    private void addResults(String name, TupleTag<RollupRow> tag) {
      if (outcomes.has(tag) && !contract.rollups().isEmpty()) {
        results.add(name);
        byName.put(
            name,
            outcomes
                .get(tag)
                .apply(ENCODE + name, ParDo.of(new EncodeRollupsFn(contract, batching)))
                .setCoder(BatchBlocks.BLOCK_CODER));
      }
    }

    /** Adds an output of events in groups, if it is in the input. */
    private void addEvents(String name, TupleTag<List<Event>> tag, RowSource<Event> source) {
      add(ENCODE, name, tag, ElementContents.group(), source);
    }

    /** Adds an output of elements that are a row each, if it is in the input. */
    private <T> void add(String verb, String name, TupleTag<T> tag, RowSource<T> source) {
      add(verb, name, tag, ElementContents.alone(), source);
    }

    /**
     * Adds an output, if it is in the input.
     *
     * @param verb first part of the step's name
     * @param name second part of the step's name
     */
    private <E, T> void add(
        String verb,
        String name,
        TupleTag<E> tag,
        SerializableFunction<E, List<T>> contents,
        RowSource<T> source) {
      if (!outcomes.has(tag)) {
        return;
      }
      // State has copies of its blocks, and nobody releases them.
      boolean inBuffers =
          batching.mode() == Batching.Mode.BUNDLE
              && RunnerProfile.of(outcomes.getPipeline().getOptions()).handsElementsOver();
      PCollectionTuple encoded =
          InGlobalWindow.of(verb + name, outcomes.get(tag))
              .apply(
                  verb + name,
                  ParDo.of(new EncodeRowsFn<>(contents, source, batching, inBuffers, deadLetters))
                      .withOutputTags(EncodeRowsFn.BLOCKS, TupleTagList.of(WriteResult.REFUSED)));
      byName.put(name, encoded.get(EncodeRowsFn.BLOCKS).setCoder(BatchBlocks.BLOCK_CODER));
      refused = refused.and(encoded.get(WriteResult.REFUSED).setCoder(DeadLetterCoder.of()));
    }
  }
}
