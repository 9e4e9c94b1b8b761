package io.millrace.clickhouse.write;

import io.millrace.clickhouse.client.Batching;
import io.millrace.clickhouse.encoding.InvalidRowException;
import io.millrace.clickhouse.encoding.RowBlock;
import io.millrace.clickhouse.encoding.RowBlockBuilder;
import io.millrace.clickhouse.encoding.TableRowWriter;
import io.millrace.contract.Contract;
import io.millrace.contract.TableDefinition;
import io.millrace.event.Packed;
import io.millrace.event.PipelineMetrics;
import io.millrace.event.RowValues;
import io.millrace.rollup.RollupRow;
import java.util.HashMap;
import java.util.Map;
import org.apache.beam.sdk.metrics.Counter;
import org.apache.beam.sdk.metrics.Metrics;
import org.apache.beam.sdk.transforms.DoFn;
import org.apache.beam.sdk.transforms.windowing.GlobalWindow;
import org.apache.beam.sdk.values.KV;
import org.joda.time.Instant;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Encodes roll-up rows and changes of alerts to blocks of RowBinary, keyed by table. A block ends
 * with the bundle or when it is full. A row that the table cannot hold (a window outside of 1900 to
 * 2299) is counted and logged; its events are rejected for the same reason.
 */
final class EncodeRollupsFn extends DoFn<RollupRow, KV<String, RowBlock>> {
  private static final long serialVersionUID = 1L;

  private static final Logger LOG = LoggerFactory.getLogger(EncodeRollupsFn.class);

  private final Packed<Contract> contract;
  private final Batching batching;
  private final Counter refused = Metrics.counter(PipelineMetrics.NAMESPACE, "rollup_refused");
  private transient Map<String, Table> tables;

  /** A table's writer, and its rows in this bundle. */
  private record Table(TableRowWriter writer, int timeIndex, RowBlockBuilder rows) {}

  EncodeRollupsFn(Contract contract, Batching batching) {
    this.contract = Packed.of(contract);
    this.batching = batching;
  }

  @Setup
  public void setUp() {
    tables = new HashMap<>();
    for (TableDefinition table : contract.get().resultTables()) {
      tables.put(
          table.name(),
          new Table(
              TableRowWriter.of(table),
              table.columnNames().indexOf(table.timeColumn()),
              new RowBlockBuilder()));
    }
  }

  @StartBundle
  public void startBundle() {
    // Discards rows of a failed bundle, which is retried.
    tables.values().forEach(table -> table.rows.clear());
  }

  @ProcessElement
  public void process(@Element RollupRow element, OutputReceiver<KV<String, RowBlock>> out) {
    Table table = tables.get(element.table());
    long time = ((java.time.Instant) element.row().getValue(table.timeIndex)).toEpochMilli();
    try {
      table.rows.add(RowValues.of(element.row()), table.writer, time, null);
    } catch (InvalidRowException e) {
      refused.inc();
      LOG.warn("A row of table {} cannot be written: {}", element.table(), e.getMessage());
    }
    if (table.rows.rowCount() >= batching.blockRows()
        || table.rows.memoryBytes() >= batching.blockBytes()) {
      out.output(KV.of(element.table(), table.rows.build()));
    }
  }

  @FinishBundle
  public void finishBundle(FinishBundleContext context) {
    tables.forEach(
        (name, table) -> {
          if (table.rows.rowCount() > 0) {
            long first = table.rows.firstTimeMillis();
            context.output(
                KV.of(name, table.rows.build()),
                Instant.ofEpochMilli(first),
                GlobalWindow.INSTANCE);
          }
        });
  }
}
