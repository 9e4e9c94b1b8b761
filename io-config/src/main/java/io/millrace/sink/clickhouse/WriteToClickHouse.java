package io.millrace.sink.clickhouse;

import io.millrace.contract.Contract;
import io.millrace.contract.Rollup;
import io.millrace.contract.TableDefinition;
import io.millrace.event.Clock;
import io.millrace.event.DeadLetter;
import io.millrace.event.DeadLetterCoder;
import io.millrace.event.DeadLetterFactory;
import io.millrace.event.Event;
import io.millrace.event.Outcome;
import io.millrace.event.OutcomeTags;
import io.millrace.rollup.RollUpMetrics;
import io.millrace.sink.WriteResult;
import io.millrace.sink.WrittenBatch;
import io.millrace.sink.clickhouse.EncodeRows.RowSource;
import io.millrace.sink.clickhouse.InsertBatches.Audit;
import io.millrace.sink.clickhouse.InsertBatches.Target;
import io.millrace.sink.clickhouse.InsertBatches.Tools;
import java.util.HashMap;
import java.util.Map;
import org.apache.beam.sdk.coders.SerializableCoder;
import org.apache.beam.sdk.transforms.Flatten;
import org.apache.beam.sdk.transforms.PTransform;
import org.apache.beam.sdk.transforms.ParDo;
import org.apache.beam.sdk.transforms.windowing.GlobalWindows;
import org.apache.beam.sdk.transforms.windowing.Window;
import org.apache.beam.sdk.values.KV;
import org.apache.beam.sdk.values.PCollection;
import org.apache.beam.sdk.values.PCollectionList;
import org.apache.beam.sdk.values.PCollectionTuple;
import org.apache.beam.sdk.values.TupleTag;
import org.apache.beam.sdk.values.TupleTagList;
import org.checkerframework.checker.nullness.qual.Nullable;

/**
 * Writes outcomes to their tables: rows are encoded, gathered into batches and inserted.
 *
 * <p>Input: any of the outputs of {@link OutcomeTags}, and {@link RollUpMetrics#ROWS}. Output: what
 * was written and what ClickHouse refused for its content. Each row ends in exactly one of the two,
 * possibly more than once in its table if the runner repeats a bundle after a crash; the table's
 * engine collapses that, and its {@code _exact} view never shows it.
 *
 * <p>Every record whose row is in its table goes into the audit table with its outcome, and so does
 * every duplicate, which has no other row. An audit row is written after the row it vouches for:
 * what is audited is there.
 *
 * <p>Cost: one INSERT a batch, and the audit's, whose rows are some 60 bytes before compression.
 * State: with {@link Batching.Mode#STATE}, one batch a table.
 */
final class WriteToClickHouse extends PTransform<PCollectionTuple, WriteResult> {
  private static final long serialVersionUID = 1L;

  /** The name of this step in dead letters. */
  static final String STAGE = "WriteToClickHouse";

  private final Contract contract;
  private final Batching batching;
  private final DeadLetterFactory deadLetters;
  private final Tools tools;

  private WriteToClickHouse(
      Contract contract, Batching batching, DeadLetterFactory deadLetters, Tools tools) {
    this.contract = contract;
    this.batching = batching;
    this.deadLetters = deadLetters;
    this.tools = tools;
  }

  static WriteToClickHouse of(
      Contract contract, Batching batching, DeadLetterFactory deadLetters, Tools tools) {
    return new WriteToClickHouse(contract, batching, deadLetters, tools);
  }

  @Override
  public WriteResult expand(PCollectionTuple outcomes) {
    Contract.Tables tables = contract.tables();
    Encoded encoded = new Encoded(outcomes);
    encoded.add("EncodeAccepted", OutcomeTags.ACCEPTED, events(tables.normal()));
    encoded.add("EncodeErrors", OutcomeTags.ERROR, events(tables.error()));
    encoded.add("EncodeLate", OutcomeTags.LATE, events(tables.late()));
    encoded.add("EncodeDead", OutcomeTags.DEAD, deadLetters());
    encoded.addRollups();

    Audit audit = new Audit(tables.audit().name(), contract.name());
    PCollectionTuple inserted =
        encoded
            .blocks
            .apply("AllBlocks", Flatten.pCollections())
            .apply("BatchRows", BatchBlocks.of(batching))
            .apply(
                "InsertBatches",
                ParDo.of(new InsertBatches(targets(), audit, tools, deadLetters))
                    .withOutputTags(
                        WriteResult.WRITTEN,
                        TupleTagList.of(WriteResult.REFUSED).and(InsertBatches.AUDIT)));
    writeAudit(outcomes, inserted.get(InsertBatches.AUDIT));
    PCollection<WrittenBatch> written =
        inserted.get(WriteResult.WRITTEN).setCoder(SerializableCoder.of(WrittenBatch.class));
    PCollection<DeadLetter> refused =
        encoded
            .refused
            .and(inserted.get(WriteResult.REFUSED).setCoder(DeadLetterCoder.of()))
            .apply("AllRefused", Flatten.pCollections());
    return WriteResult.of(written, refused);
  }

  private void writeAudit(PCollectionTuple outcomes, PCollection<KV<String, RowBlock>> written) {
    Encoded audited = new Encoded(outcomes);
    audited.add("EncodeDuplicates", OutcomeTags.DUPLICATE, duplicates());
    audited
        .blocks
        .and(written.setCoder(BatchBlocks.BLOCK_CODER))
        .apply("AuditBlocks", Flatten.pCollections())
        .apply("BatchAudit", BatchBlocks.of(auditBatching(outcomes)).inOneStep())
        .apply(
            "InsertAudit",
            ParDo.of(new InsertAudit(AuditTable.of(contract), batching.maxRows(), tools)));
  }

  /** Where only dead letters come in, each of their batches is one of the audit already. */
  private Batching auditBatching(PCollectionTuple outcomes) {
    boolean onlyDead = outcomes.has(OutcomeTags.DEAD) && outcomes.getAll().size() == 1;
    return onlyDead ? batching.withMode(Batching.Mode.BUNDLE) : batching;
  }

  private RowSource<Event> duplicates() {
    String name = contract.name();
    Clock clock = tools.clock();
    return new RowSource<>(
        contract.tables().audit().name(),
        () ->
            (event, out) ->
                AuditTable.write(name, event.origin(), Outcome.DUPLICATE, clock.millis(), out),
        event -> event.origin().recordTimeMillis(),
        event -> event.origin().withoutBytes());
  }

  private Map<String, Target> targets() {
    Contract.Tables tables = contract.tables();
    Map<String, Target> targets = new HashMap<>();
    add(targets, ClickHouseTable.of(contract, tables.normal()), Outcome.ACCEPTED);
    add(targets, ClickHouseTable.of(contract, tables.error()), Outcome.ERROR);
    add(targets, ClickHouseTable.of(contract, tables.late()), Outcome.LATE);
    add(targets, DeadLetterTable.of(contract), Outcome.DEAD);
    for (Rollup rollup : contract.rollups()) {
      add(targets, ClickHouseTable.of(contract, rollup), null);
    }
    return targets;
  }

  private static void add(
      Map<String, Target> targets, ClickHouseTable table, @Nullable Outcome outcome) {
    targets.put(table.name(), new Target(table, outcome));
  }

  private static RowSource<Event> events(TableDefinition table) {
    return new RowSource<>(
        table.name(), () -> eventWriter(table), Event::eventTimeMillis, Event::origin);
  }

  private static RowBlockBuilder.RowWriter<Event> eventWriter(TableDefinition table) {
    TableRowWriter writer = TableRowWriter.of(table);
    return (event, out) -> writer.write(event.row(), out);
  }

  private RowSource<DeadLetter> deadLetters() {
    return new RowSource<>(
        contract.tables().deadLetters().name(),
        () -> DeadLetterTable::write,
        letter -> letter.origin().recordTimeMillis(),
        DeadLetter::origin);
  }

  /** The encoded rows of those outputs that are there. */
  private final class Encoded {
    private final PCollectionTuple outcomes;
    private PCollectionList<KV<String, RowBlock>> blocks;
    private PCollectionList<DeadLetter> refused;

    private Encoded(PCollectionTuple outcomes) {
      this.outcomes = outcomes;
      this.blocks = PCollectionList.empty(outcomes.getPipeline());
      this.refused = PCollectionList.empty(outcomes.getPipeline());
    }

    private void addRollups() {
      if (outcomes.has(RollUpMetrics.ROWS) && !contract.rollups().isEmpty()) {
        blocks =
            blocks.and(
                outcomes
                    .get(RollUpMetrics.ROWS)
                    .apply("EncodeRollups", ParDo.of(new EncodeRollups(contract, batching)))
                    .setCoder(BatchBlocks.BLOCK_CODER));
      }
    }

    private <T> void add(String name, TupleTag<T> tag, RowSource<T> source) {
      if (!outcomes.has(tag)) {
        return;
      }
      PCollection<T> rows = outcomes.get(tag);
      // A batch is no window's: rows of any window go into it. Each step more costs the
      // DirectRunner an evaluation a bundle, so it is taken only where it changes something.
      if (!(rows.getWindowingStrategy().getWindowFn() instanceof GlobalWindows)) {
        rows = rows.apply(name + "Globally", Window.into(new GlobalWindows()));
      }
      PCollectionTuple encoded =
          rows.apply(
              name,
              ParDo.of(new EncodeRows<>(source, batching, deadLetters))
                  .withOutputTags(EncodeRows.BLOCKS, TupleTagList.of(WriteResult.REFUSED)));
      blocks = blocks.and(encoded.get(EncodeRows.BLOCKS).setCoder(BatchBlocks.BLOCK_CODER));
      refused = refused.and(encoded.get(WriteResult.REFUSED).setCoder(DeadLetterCoder.of()));
    }
  }
}
