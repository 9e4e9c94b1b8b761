package io.millrace.clickhouse.beamio;

import io.millrace.alert.JudgeAlerts;
import io.millrace.clickhouse.beam.BeamClickHouseWrite;
import io.millrace.clickhouse.client.ClickHouseClients;
import io.millrace.clickhouse.client.ClickHouseConfig;
import io.millrace.clickhouse.encoding.RowBlock;
import io.millrace.clickhouse.write.BatchBlocks;
import io.millrace.clickhouse.write.TableWriter;
import io.millrace.clickhouse.write.WriteToClickHouse;
import io.millrace.contract.Contract;
import io.millrace.contract.TableDefinition;
import io.millrace.event.Clock;
import io.millrace.event.DeadLetter;
import io.millrace.event.DeadLetterCoder;
import io.millrace.event.DeadLetterFactory;
import io.millrace.event.Event;
import io.millrace.event.Outcome;
import io.millrace.event.OutcomeTags;
import io.millrace.io.InGlobalWindow;
import io.millrace.io.WriteResult;
import io.millrace.io.WrittenBatch;
import io.millrace.rollup.RollUpMetrics;
import io.millrace.security.SecretReference;
import io.millrace.security.UserName;
import java.util.List;
import java.util.Map;
import org.apache.beam.sdk.coders.SerializableCoder;
import org.apache.beam.sdk.schemas.Schema;
import org.apache.beam.sdk.transforms.Create;
import org.apache.beam.sdk.transforms.Flatten;
import org.apache.beam.sdk.transforms.PTransform;
import org.apache.beam.sdk.transforms.ParDo;
import org.apache.beam.sdk.values.KV;
import org.apache.beam.sdk.values.PCollection;
import org.apache.beam.sdk.values.PCollectionList;
import org.apache.beam.sdk.values.PCollectionTuple;
import org.apache.beam.sdk.values.TupleTag;
import org.apache.beam.sdk.values.TupleTagList;

/**
 * Writes events with Beam's ClickHouseIO, everything else with {@link WriteToClickHouse}.
 *
 * <p>Input and output are those of {@link WriteToClickHouse}, with two differences. A row counts as
 * written when it is passed to ClickHouseIO, which reports no results, so the audit may contain
 * records whose rows were lost. A row that the server rejects stops the pipeline, unless the column
 * types exclude it.
 *
 * <p>Cost: encodes each row twice; one INSERT a bundle. State: none.
 */
public final class WriteByBeamIo extends PTransform<PCollectionTuple, WriteResult> {
  private static final long serialVersionUID = 1L;

  private final ClickHouseConfig config;
  private final Contract contract;
  private final DeadLetterFactory deadLetters;
  private final Clock clock;
  private final WriteToClickHouse others;

  private WriteByBeamIo(
      ClickHouseConfig config,
      Contract contract,
      DeadLetterFactory deadLetters,
      Clock clock,
      WriteToClickHouse others) {
    this.config = config;
    this.contract = contract;
    this.deadLetters = deadLetters;
    this.clock = clock;
    this.others = others;
  }

  /**
   * Creates the transform.
   *
   * @param others writes everything except events
   */
  public static WriteByBeamIo of(
      ClickHouseConfig config,
      Contract contract,
      DeadLetterFactory deadLetters,
      Clock clock,
      WriteToClickHouse others) {
    return new WriteByBeamIo(config, contract, deadLetters, clock, others);
  }

  @Override
  public WriteResult expand(PCollectionTuple outcomes) {
    Contract.Tables tables = contract.tables();
    Staged staged = new Staged(outcomes);
    staged.add("Accepted", OutcomeTags.ACCEPTED, tables.normal(), Outcome.ACCEPTED);
    if (tables.error() != null) {
      staged.add("Errors", OutcomeTags.ERROR, tables.error(), Outcome.ERROR);
    }
    staged.add("Late", OutcomeTags.LATE, tables.late(), Outcome.LATE);
    if (staged.audit.size() == 0) {
      return outcomes.apply("WriteOthers", others);
    }
    WriteResult rest = staged.others().apply("WriteOthers", others);
    return new WriteResult(
        staged.written.and(rest.written()).apply("AllWritten", Flatten.pCollections()),
        staged.refused.and(rest.refused()).apply("AllRefused", Flatten.pCollections()));
  }

  private BeamClickHouseWrite write(BeamIoTable table) {
    UserName user = config.user();
    SecretReference password = config.password();
    return BeamClickHouseWrite.of(
            "jdbc:clickhouse:" + config.endpoint() + "/" + config.database(), table.name())
        .withColumns(table.columns())
        .withUser(
            user::resolve, password == null ? null : () -> ClickHouseClients.password(password))
        .withProperties(
            Map.of(
                "connect_timeout",
                Long.toString(config.connectTimeout().toMillis()),
                "socket_timeout",
                Long.toString(config.answerTimeout().toMillis()),
                // The driver cannot read compressed answers of current servers.
                "compress",
                "0",
                // Other settings do not reach the server. A bundle with late events may span any
                // number of partitions, and no two of its rows are equal.
                "custom_http_params",
                "async_insert=0,wait_end_of_query=1,max_partitions_per_insert_block=0,"
                    + "optimize_on_insert=0"));
  }

  private final class Staged {
    private final PCollectionTuple outcomes;
    private PCollectionList<WrittenBatch> written;
    private PCollectionList<DeadLetter> refused;
    private PCollectionList<KV<String, RowBlock>> audit;

    private Staged(PCollectionTuple outcomes) {
      this.outcomes = outcomes;
      this.written = PCollectionList.empty(outcomes.getPipeline());
      this.refused = PCollectionList.empty(outcomes.getPipeline());
      this.audit = PCollectionList.empty(outcomes.getPipeline());
    }

    private void add(
        String name, TupleTag<List<Event>> tag, TableDefinition table, Outcome outcome) {
      if (!outcomes.has(tag)) {
        return;
      }
      BeamIoTable staging = new BeamIoTable(table);
      Schema schema = staging.schema();
      PCollectionTuple staged =
          InGlobalWindow.of(name, outcomes.get(tag))
              .apply(
                  "Stage" + name,
                  ParDo.of(
                          new StageForBeamIoFn(
                              new StageForBeamIoFn.Config(
                                  table,
                                  schema,
                                  outcome,
                                  contract.tables().audit().name(),
                                  contract.name(),
                                  contract.holdsMany(),
                                  config.batching(),
                                  deadLetters,
                                  clock)))
                      .withOutputTags(
                          StageForBeamIoFn.ROWS,
                          TupleTagList.of(
                              List.of(
                                  WriteResult.REFUSED, WriteResult.WRITTEN, TableWriter.AUDIT))));
      staged.get(StageForBeamIoFn.ROWS).setRowSchema(schema).apply("Write" + name, write(staging));
      written =
          written.and(
              staged.get(WriteResult.WRITTEN).setCoder(SerializableCoder.of(WrittenBatch.class)));
      refused = refused.and(staged.get(WriteResult.REFUSED).setCoder(DeadLetterCoder.of()));
      audit = audit.and(staged.get(TableWriter.AUDIT).setCoder(BatchBlocks.BLOCK_CODER));
    }

    /** All outputs except events, and the audit of the events. */
    private PCollectionTuple others() {
      PCollection<DeadLetter> dead =
          outcomes.has(OutcomeTags.DEAD)
              ? outcomes.get(OutcomeTags.DEAD)
              : outcomes.getPipeline().apply("NoDead", Create.empty(DeadLetterCoder.of()));
      PCollectionTuple rest = PCollectionTuple.of(OutcomeTags.DEAD, dead);
      rest = copy(OutcomeTags.DUPLICATE, rest);
      rest = copy(OutcomeTags.FILTERED, rest);
      rest = copy(OutcomeTags.EMPTY, rest);
      rest = copy(OutcomeTags.LOST, rest);
      rest = copy(RollUpMetrics.ROWS, rest);
      rest = copy(JudgeAlerts.CHANGES, rest);
      return rest.and(TableWriter.AUDIT, audit.apply("AuditOfEvents", Flatten.pCollections()));
    }

    private <T> PCollectionTuple copy(TupleTag<T> tag, PCollectionTuple to) {
      return outcomes.has(tag) ? to.and(tag, outcomes.get(tag)) : to;
    }
  }
}
