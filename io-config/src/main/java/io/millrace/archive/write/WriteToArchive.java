package io.millrace.archive.write;

import io.millrace.alert.JudgeAlerts;
import io.millrace.archive.store.Manifest;
import io.millrace.archive.write.EncodeRowsFn.RowSource;
import io.millrace.contract.Contract;
import io.millrace.contract.TableDefinition;
import io.millrace.event.Clock;
import io.millrace.event.DeadLetter;
import io.millrace.event.DeadLetterCoder;
import io.millrace.event.DeadLetterFactory;
import io.millrace.event.Event;
import io.millrace.event.Outcome;
import io.millrace.event.OutcomeTags;
import io.millrace.expression.EventRouter;
import io.millrace.io.ElementContents;
import io.millrace.io.InGlobalWindow;
import io.millrace.io.WriteResult;
import io.millrace.io.WrittenBatch;
import io.millrace.io.retry.Sleeper;
import io.millrace.rollup.RollUpMetrics;
import java.io.Serializable;
import java.util.List;
import org.apache.beam.sdk.coders.KvCoder;
import org.apache.beam.sdk.coders.SerializableCoder;
import org.apache.beam.sdk.coders.StringUtf8Coder;
import org.apache.beam.sdk.transforms.Flatten;
import org.apache.beam.sdk.transforms.MapElements;
import org.apache.beam.sdk.transforms.PTransform;
import org.apache.beam.sdk.transforms.ParDo;
import org.apache.beam.sdk.transforms.SerializableFunction;
import org.apache.beam.sdk.util.SerializableSupplier;
import org.apache.beam.sdk.values.KV;
import org.apache.beam.sdk.values.PCollection;
import org.apache.beam.sdk.values.PCollectionList;
import org.apache.beam.sdk.values.PCollectionTuple;
import org.apache.beam.sdk.values.TupleTag;
import org.apache.beam.sdk.values.TupleTagList;
import org.apache.beam.sdk.values.TypeDescriptor;

/**
 * Writes events and dead letters to Parquet files: gathers encoded rows to parts, writes each part
 * with an entry in the manifest, and joins parts to files.
 *
 * <p>Input: any of the outputs of {@link OutcomeTags}, {@link RollUpMetrics#ROWS} and {@link
 * JudgeAlerts#CHANGES}. Output: written parts, and rows that an archive cannot hold. Each row ends
 * in exactly one of the two.
 *
 * <p>Exactly once: the name of a part is decided in the step that gathers its rows, and the step
 * that writes it gets it from a complete checkpoint, or as stable input. So a part that was written
 * belongs to a state that no restart forgets, and a repeat writes the same rows under the same
 * name. The same is true of files.
 *
 * <p>Cost: the encoding of Parquet, see {@code bench steps --only=archive}. State: rows until they
 * are a part; parts until they are stable; the names of parts until they are in a file.
 */
public final class WriteToArchive extends PTransform<PCollectionTuple, WriteResult> {
  private static final long serialVersionUID = 1L;

  /** The name of this step in dead letters. */
  public static final String STAGE = "WriteToArchive";

  private static final KvCoder<String, RowBlock> BLOCKS =
      KvCoder.of(StringUtf8Coder.of(), RowBlock.Coder.of());

  private final transient Config config;

  /**
   * The configuration.
   *
   * @param root the archive's root
   * @param deadLetterTable whether to archive dead letters; if not, they are only counted
   */
  public record Config(
      String root,
      Contract contract,
      Rolling rolling,
      DeadLetterFactory deadLetters,
      Clock clock,
      Sleeper sleeper,
      boolean deadLetterTable)
      implements Serializable {}

  public WriteToArchive(Config config) {
    this.config = config;
  }

  @Override
  public WriteResult expand(PCollectionTuple outcomes) {
    Contract contract = config.contract;
    Contract.Tables tables = contract.tables();
    Encoded encoded = new Encoded(outcomes);
    encoded.events(
        "Accepted",
        OutcomeTags.ACCEPTED,
        Outcome.ACCEPTED,
        tables.accepted().stream().map(TableDefinition::name).toList(),
        !tables.routes().isEmpty());
    if (tables.error() != null) {
      encoded.events(
          "Errors", OutcomeTags.ERROR, Outcome.ERROR, List.of(tables.error().name()), false);
    }
    encoded.events("Late", OutcomeTags.LATE, Outcome.LATE, List.of(tables.late().name()), false);
    if (config.deadLetterTable) {
      encoded.add(
          "Dead",
          OutcomeTags.DEAD,
          Outcome.DEAD,
          List.of(tables.deadLetters().name()),
          ElementContents.alone(),
          RowSources::letters);
    } else {
      count("Dead", outcomes, OutcomeTags.DEAD, CountFn.dead());
    }
    count("Duplicates", outcomes, OutcomeTags.DUPLICATE, CountFn.audited());
    count("Filtered", outcomes, OutcomeTags.FILTERED, CountFn.audited());
    count("Empty", outcomes, OutcomeTags.EMPTY, CountFn.audited());
    count("Lost", outcomes, OutcomeTags.LOST, CountFn.lostRanges());
    count("Rollups", outcomes, RollUpMetrics.ROWS, CountFn.rollups());
    count("Alerts", outcomes, JudgeAlerts.CHANGES, CountFn.rollups());
    return new WriteResult(written(encoded.blocks), encoded.refused());
  }

  private PCollection<WrittenBatch> written(PCollectionList<KV<String, RowBlock>> blocks) {
    PCollection<KV<String, RowBlock>> all =
        blocks.size() == 1 ? blocks.get(0) : blocks.apply("AllBlocks", Flatten.pCollections());
    PCollection<KV<String, Manifest.Entry>> parts =
        all.apply("GatherParts", ParDo.of(new GatherPartsFn(config.contract, config.rolling)))
            .setCoder(KvCoder.of(StringUtf8Coder.of(), SerializableCoder.of(Part.class)))
            .apply(
                "WriteParts",
                new StoreWithRetry<>(
                    attempts(new WritePart()),
                    SerializableCoder.of(Part.class),
                    config.rolling.waitsForCheckpoint()));
    parts
        .apply("PlanFiles", ParDo.of(new PlanFilesFn(config.rolling)))
        .setCoder(KvCoder.of(StringUtf8Coder.of(), SerializableCoder.of(Manifest.Entry.class)))
        .apply(
            "JoinParts",
            new StoreWithRetry<>(
                attempts(new JoinParts()),
                SerializableCoder.of(Manifest.Entry.class),
                config.rolling.waitsForCheckpoint()));
    return parts
        .apply(
            "Written",
            MapElements.into(TypeDescriptor.of(WrittenBatch.class))
                .via(
                    entry ->
                        new WrittenBatch(
                            entry.getValue().partition().table(), entry.getValue().rows())))
        .setCoder(SerializableCoder.of(WrittenBatch.class));
  }

  private <T> Attempts.Config<T, Manifest.Entry> attempts(StoreTask<T, Manifest.Entry> task) {
    return new Attempts.Config<>(
        config.root, task, config.rolling.maxWaitingBytes(), config.clock, config.sleeper);
  }

  private static <T> void count(
      String name, PCollectionTuple outcomes, TupleTag<T> tag, CountFn<T> count) {
    if (outcomes.has(tag)) {
      outcomes.get(tag).apply("Count" + name, ParDo.of(count));
    }
  }

  /** The encoded rows of the outputs in the input. */
  private final class Encoded {
    private final PCollectionTuple outcomes;
    private PCollectionList<KV<String, RowBlock>> blocks;
    private PCollectionList<DeadLetter> refused;

    private Encoded(PCollectionTuple outcomes) {
      this.outcomes = outcomes;
      this.blocks = PCollectionList.empty(outcomes.getPipeline());
      this.refused = PCollectionList.empty(outcomes.getPipeline());
    }

    private PCollection<DeadLetter> refused() {
      return refused.size() == 1
          ? refused.get(0)
          : refused.apply("AllRefused", Flatten.pCollections());
    }

    private void events(
        String name,
        TupleTag<List<Event>> tag,
        Outcome outcome,
        List<String> tables,
        boolean routed) {
      Contract contract = config.contract;
      add(
          name,
          tag,
          outcome,
          tables,
          ElementContents.group(),
          () -> RowSources.events(contract, routed ? EventRouter.of(contract) : null));
    }

    private <E, T> void add(
        String name,
        TupleTag<E> tag,
        Outcome outcome,
        List<String> tables,
        SerializableFunction<E, List<T>> contents,
        SerializableSupplier<RowSource<T>> source) {
      if (!outcomes.has(tag)) {
        return;
      }
      PCollectionTuple encoded =
          InGlobalWindow.of("Encode" + name, outcomes.get(tag))
              .apply(
                  "Encode" + name,
                  ParDo.of(
                          new EncodeRowsFn<>(
                              contents,
                              new EncodeRowsFn.Config<>(
                                  outcome, tables, config.rolling, config.deadLetters, source)))
                      .withOutputTags(EncodeRowsFn.BLOCKS, TupleTagList.of(WriteResult.REFUSED)));
      blocks = blocks.and(encoded.get(EncodeRowsFn.BLOCKS).setCoder(BLOCKS));
      refused = refused.and(encoded.get(WriteResult.REFUSED).setCoder(DeadLetterCoder.of()));
    }
  }
}
