package io.millrace.sink.clickhouse;

import io.millrace.event.Clock;
import io.millrace.event.DeadLetter;
import io.millrace.event.DeadLetterCode;
import io.millrace.event.DeadLetterFactory;
import io.millrace.event.Outcome;
import io.millrace.event.Packed;
import io.millrace.event.PipelineMetrics;
import io.millrace.sink.WriteResult;
import io.millrace.sink.WrittenBatch;
import java.io.Serializable;
import java.util.Map;
import org.apache.beam.sdk.transforms.DoFn;
import org.apache.beam.sdk.values.KV;
import org.apache.beam.sdk.values.TupleTag;
import org.checkerframework.checker.nullness.qual.Nullable;

/**
 * One INSERT for each batch; see {@link BatchWriter} for what happens if it fails. An outcome is
 * counted when the server has acknowledged its row; from then on its records can be audited: {@link
 * #AUDIT}.
 */
final class InsertBatches extends DoFn<KV<String, Iterable<RowBlock>>, WrittenBatch> {
  private static final long serialVersionUID = 1L;

  /** The audit rows of each batch that was written, keyed by the audit table. */
  static final TupleTag<KV<String, RowBlock>> AUDIT = new TupleTag<>("audit") {};

  /**
   * A table and what its rows mean.
   *
   * @param outcome null: they are no records' outcome
   */
  record Target(ClickHouseTable table, @Nullable Outcome outcome) implements Serializable {
    /**
     * Whether a row that is refused has somewhere else to go: a dead letter has not, and a rollup's
     * row is no record.
     */
    boolean refusable() {
      return outcome != null && outcome != Outcome.DEAD;
    }
  }

  /** What a worker needs besides its rows. */
  record Tools(InsertClient.Factory clients, Clock clock, Sleeper sleeper)
      implements Serializable {}

  /** Where outcomes are audited, and as whose. */
  record Audit(String table, String contract) implements Serializable {}

  private record Config(
      Map<String, Target> targets, Audit audit, Tools tools, DeadLetterFactory deadLetters)
      implements Serializable {}

  private final Packed<Config> packed;
  private transient Config config;
  private transient SinkMetrics metrics;
  private transient FreshnessHistogram freshness;
  private transient InsertClient client;
  private transient BatchWriter writer;

  InsertBatches(
      Map<String, Target> targets, Audit audit, Tools tools, DeadLetterFactory deadLetters) {
    this.packed = Packed.of(new Config(Map.copyOf(targets), audit, tools, deadLetters));
  }

  @Setup
  public void setUp() {
    config = packed.get();
    metrics = new SinkMetrics();
    freshness = new FreshnessHistogram();
    client = config.tools.clients().open();
    writer = new BatchWriter(client, config.tools.clock(), config.tools.sleeper());
  }

  @Teardown
  public void tearDown() {
    if (client != null) {
      client.close();
    }
  }

  @ProcessElement
  public void process(@Element KV<String, Iterable<RowBlock>> batch, MultiOutputReceiver out)
      throws InterruptedException {
    Target target = config.targets.get(batch.getKey());
    writer.write(
        target.table(), Batch.of(batch.getValue()), target.refusable(), new Report(target, out));
  }

  /** Counts and hands on what became of one batch. */
  private final class Report implements BatchWriter.Listener {
    private final Target target;
    private final MultiOutputReceiver out;

    private Report(Target target, MultiOutputReceiver out) {
      this.target = target;
      this.out = out;
    }

    @Override
    public void written(Batch part, long millis) {
      metrics.written(part, millis);
      out.get(WriteResult.WRITTEN).output(new WrittenBatch(target.table().name(), part.rowCount()));
      Outcome outcome = target.outcome();
      if (outcome == null) {
        PipelineMetrics.rollupsWritten().inc(part.rowCount());
        return;
      }
      PipelineMetrics.outcome(outcome).inc(part.rowCount());
      long now = config.tools.clock().millis();
      if (outcome == Outcome.ACCEPTED || outcome == Outcome.ERROR) {
        part.forEachTime(time -> freshness.add(now - time));
        freshness.flush();
      }
      RowBlock audit = AuditTable.rows(config.audit.contract(), part, outcome, now);
      out.get(AUDIT).output(KV.of(config.audit.table(), audit));
    }

    @Override
    public void refused(Batch row, String reason) {
      metrics.refused();
      DeadLetter letter =
          config.deadLetters.create(
              row.firstOrigin(), DeadLetterCode.REFUSED_BY_SINK, reason, WriteToClickHouse.STAGE);
      out.get(WriteResult.REFUSED).output(letter);
    }

    @Override
    public void retried() {
      metrics.retried();
    }
  }
}
