package io.millrace.clickhouse.beamio;

import io.millrace.clickhouse.client.Batching;
import io.millrace.clickhouse.encoding.InvalidRowException;
import io.millrace.clickhouse.encoding.RowBlockBuilder;
import io.millrace.clickhouse.encoding.TableRowWriter;
import io.millrace.clickhouse.write.AuditRows;
import io.millrace.clickhouse.write.TableWriter;
import io.millrace.clickhouse.write.WriteToClickHouse;
import io.millrace.contract.TableDefinition;
import io.millrace.event.Clock;
import io.millrace.event.DeadLetter;
import io.millrace.event.DeadLetterCode;
import io.millrace.event.DeadLetterFactory;
import io.millrace.event.Event;
import io.millrace.event.Outcome;
import io.millrace.event.Packed;
import io.millrace.event.PipelineMetrics;
import io.millrace.event.RowBuffer;
import io.millrace.io.WriteResult;
import io.millrace.io.WrittenBatch;
import java.io.Serializable;
import java.util.List;
import org.apache.beam.sdk.metrics.Counter;
import org.apache.beam.sdk.schemas.Schema;
import org.apache.beam.sdk.transforms.DoFn;
import org.apache.beam.sdk.transforms.windowing.GlobalWindow;
import org.apache.beam.sdk.values.KV;
import org.apache.beam.sdk.values.Row;
import org.apache.beam.sdk.values.TupleTag;
import org.checkerframework.checker.nullness.qual.Nullable;
import org.joda.time.Instant;

/**
 * Converts events to staged rows. Encodes each event first to find rows that the table cannot hold;
 * ClickHouseIO would lose their bundle, so they become dead letters. Counts and audits the others
 * here, because ClickHouseIO reports no results.
 */
final class StageForBeamIoFn extends DoFn<List<Event>, Row> {
  private static final long serialVersionUID = 1L;

  static final TupleTag<Row> ROWS = new TupleTag<>("rows") {};

  private final Packed<Config> packed;
  private transient Config config;
  private transient TableRowWriter guard;
  private transient RowBuffer scratch;
  private transient BeamIoTable staging;
  private transient Counter outcomes;
  private transient RowBlockBuilder audit;
  private transient AuditRows auditRows;
  private transient @Nullable Instant earliest;

  /**
   * Configuration of a table's step.
   *
   * @param auditTable the audit table's name
   * @param contract the contract's name
   * @param many whether a record of the contract may hold many events
   */
  record Config(
      TableDefinition table,
      Schema schema,
      Outcome outcome,
      String auditTable,
      String contract,
      boolean many,
      Batching batching,
      DeadLetterFactory deadLetters,
      Clock clock)
      implements Serializable {}

  StageForBeamIoFn(Config config) {
    this.packed = Packed.of(config);
  }

  @Setup
  public void setUp() {
    config = packed.get();
    guard = TableRowWriter.of(config.table);
    scratch = new RowBuffer(4096);
    staging = new BeamIoTable(config.table);
    outcomes = PipelineMetrics.outcome(config.outcome);
    audit = new RowBlockBuilder();
    auditRows = new AuditRows(config.contract, config.outcome.label(), config.many);
  }

  @StartBundle
  public void startBundle() {
    // Discards rows of a failed bundle, which is retried.
    audit.clear();
    earliest = null;
  }

  @ProcessElement
  public void process(
      @Element List<Event> group, @Timestamp Instant timestamp, MultiOutputReceiver out) {
    for (Event event : group) {
      stage(event, timestamp, out);
    }
  }

  private void stage(Event event, Instant timestamp, MultiOutputReceiver out) {
    try {
      scratch.clear();
      guard.write(event.values(), scratch);
    } catch (InvalidRowException e) {
      DeadLetter letter =
          config.deadLetters.create(
              event.origin(),
              DeadLetterCode.REFUSED_BY_SINK,
              e.getMessage(),
              WriteToClickHouse.STAGE);
      out.get(WriteResult.REFUSED).output(letter);
      return;
    }
    out.get(ROWS).output(staging.stage(event.row(), config.schema));
    outcomes.inc();
    audit.addWithoutOrigin(
        event.origin().recordTimeMillis(),
        buffer -> auditRows.write(event.origin(), event.eventTimeMillis(), config.clock, buffer));
    if (earliest == null || timestamp.isBefore(earliest)) {
      earliest = timestamp;
    }
    if (audit.rowCount() >= config.batching.blockRows()) {
      out.get(WriteResult.WRITTEN).output(handedOver());
      out.get(TableWriter.AUDIT).output(KV.of(config.auditTable, audit.build()));
      earliest = null;
    }
  }

  @FinishBundle
  public void finishBundle(FinishBundleContext context) {
    if (earliest != null) {
      context.output(WriteResult.WRITTEN, handedOver(), earliest, GlobalWindow.INSTANCE);
      context.output(
          TableWriter.AUDIT,
          KV.of(config.auditTable, audit.build()),
          earliest,
          GlobalWindow.INSTANCE);
    }
  }

  private WrittenBatch handedOver() {
    return new WrittenBatch(config.table.name(), audit.rowCount());
  }
}
