package io.millrace.clickhouse.write;

import io.millrace.clickhouse.client.ClickHouseConfig.OnOperatorError;
import io.millrace.clickhouse.client.ClickHouseErrors.Kind;
import io.millrace.clickhouse.encoding.RowBlock;
import io.millrace.clickhouse.schema.ClickHouseTable;
import io.millrace.clickhouse.write.BatchInserter.Task;
import io.millrace.clickhouse.write.BatchInserter.Unwritten;
import io.millrace.event.Clock;
import io.millrace.event.DeadLetter;
import io.millrace.event.DeadLetterCode;
import io.millrace.event.DeadLetterFactory;
import io.millrace.event.Outcome;
import io.millrace.event.PipelineMetrics;
import io.millrace.io.FreshnessHistogram;
import io.millrace.io.SinkException;
import io.millrace.io.WriteResult;
import io.millrace.io.WrittenBatch;
import io.millrace.io.retry.Sleeper;
import java.io.Serializable;
import java.util.List;
import java.util.Map;
import org.apache.beam.sdk.transforms.DoFn.MultiOutputReceiver;
import org.apache.beam.sdk.values.KV;
import org.apache.beam.sdk.values.TupleTag;
import org.checkerframework.checker.nullness.qual.Nullable;

/**
 * Shared part of the inserting steps on a worker: inserts batches, counts outcomes of acknowledged
 * rows, and emits their audit rows to {@link #AUDIT}. Not thread-safe.
 */
public final class TableWriter implements AutoCloseable {
  /** The audit rows of written batches, keyed by the audit table. */
  public static final TupleTag<KV<String, RowBlock>> AUDIT = new TupleTag<>("audit") {};

  /** Dependencies on a worker. */
  public record Tools(InsertClient.Factory clients, Clock clock, Sleeper sleeper)
      implements Serializable {}

  /**
   * Configuration of a writer.
   *
   * @param targets targets by table name
   * @param auditTable the audit table; null: no audit
   * @param contract the contract's name
   * @param many whether a record of the contract may hold many events
   */
  record Config(
      Map<String, InsertTarget> targets,
      @Nullable String auditTable,
      String contract,
      boolean many,
      OnOperatorError onOperatorError,
      Tools tools,
      DeadLetterFactory deadLetters)
      implements Serializable {}

  private final Config config;
  private final SinkMetrics metrics = new SinkMetrics();
  private final FreshnessHistogram freshness = new FreshnessHistogram();
  private final InsertClient client;
  private final BatchInserter writer;

  TableWriter(Config config) {
    this.config = config;
    this.client = config.tools.clients().open();
    this.writer = new BatchInserter(client, config.tools.clock(), config.tools.sleeper());
  }

  /**
   * Inserts rows of a table as far as possible now.
   *
   * @return rows to retry, in order
   * @throws SinkException if an operator must fix something, and the pipeline must fail then
   */
  List<Unwritten> write(String table, Task task, MultiOutputReceiver out)
      throws InterruptedException {
    InsertTarget target = config.targets.get(table);
    List<Unwritten> unwritten =
        writer.write(target.table(), task, target.refusable(), new Report(target, out));
    if (config.onOperatorError == OnOperatorError.FAIL) {
      for (Unwritten rows : unwritten) {
        if (rows.failure().kind() != Kind.WAIT) {
          throw new SinkException(
              List.of("ClickHouse table " + table + ": " + WaitingBatch.of(rows).reason()));
        }
      }
    }
    return unwritten;
  }

  /** {@link ClickHouseTable#encoding} of a table; 0 if the table is unknown. */
  int encoding(String table) {
    InsertTarget target = config.targets.get(table);
    return target == null ? 0 : target.encoding();
  }

  /** The contract's name. */
  String contract() {
    return config.contract;
  }

  /** The worker's clock, milliseconds since the epoch, UTC. */
  long now() {
    return config.tools.clock().millis();
  }

  void sleep(long millis) throws InterruptedException {
    config.tools.sleeper().sleep(millis);
  }

  @Override
  public void close() {
    client.close();
  }

  private final class Report implements BatchInserter.Listener {
    private final InsertTarget target;
    private final MultiOutputReceiver out;

    private Report(InsertTarget target, MultiOutputReceiver out) {
      this.target = target;
      this.out = out;
    }

    @Override
    public void written(Batch part, long millis) {
      metrics.written(part, millis);
      out.get(WriteResult.WRITTEN).output(new WrittenBatch(target.name(), part.rowCount()));
      target.written().inc(part.rowCount());
      PipelineMetrics.counter(PipelineMetrics.TABLE_ROWS + target.name()).inc(part.rowCount());
      Outcome outcome = target.outcome();
      if (outcome != null) {
        long now = now();
        if (outcome == Outcome.ACCEPTED || outcome == Outcome.ERROR) {
          part.forEachTime(time -> freshness.add(now - time));
          freshness.flush();
        }
        if (config.auditTable != null) {
          String table = config.auditTable;
          new AuditRows(config.contract, outcome.label(), config.many)
              .forEachBlock(part, now, block -> out.get(AUDIT).output(KV.of(table, block)));
        }
      }
    }

    @Override
    public void refused(Batch row, String reason) {
      metrics.refused.inc();
      DeadLetter letter =
          config.deadLetters.create(
              row.firstOrigin(), DeadLetterCode.REFUSED_BY_SINK, reason, WriteToClickHouse.STAGE);
      out.get(WriteResult.REFUSED).output(letter);
    }

    @Override
    public void retried() {
      metrics.retries.inc();
    }
  }
}
