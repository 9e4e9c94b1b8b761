package io.millrace.sink.clickhouse;

import io.millrace.event.Packed;
import io.millrace.event.PipelineMetrics;
import io.millrace.sink.clickhouse.InsertBatches.Tools;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;
import org.apache.beam.sdk.transforms.DoFn;
import org.apache.beam.sdk.values.KV;

/**
 * Writes audit rows and counts them when the server has acknowledged them. All batches of a bundle
 * go into one INSERT, up to the limit of rows: where a bundle is a batch, each outcome's audit rows
 * would make an INSERT of their own otherwise. Audit rows are never refused: for every fault they
 * wait. The last step: no output.
 */
final class InsertAudit extends DoFn<KV<String, Iterable<RowBlock>>, Void> {
  private static final long serialVersionUID = 1L;

  private record Config(ClickHouseTable table, int maxRows, Tools tools) implements Serializable {}

  private final Packed<Config> packed;
  private transient Config config;
  private transient SinkMetrics metrics;
  private transient InsertClient client;
  private transient BatchWriter writer;
  private transient List<RowBlock> waiting;
  private transient int waitingRows;

  InsertAudit(ClickHouseTable table, int maxRows, Tools tools) {
    this.packed = Packed.of(new Config(table, maxRows, tools));
  }

  @Setup
  public void setUp() {
    config = packed.get();
    metrics = new SinkMetrics();
    client = config.tools.clients().open();
    writer = new BatchWriter(client, config.tools.clock(), config.tools.sleeper());
    waiting = new ArrayList<>();
  }

  @Teardown
  public void tearDown() {
    if (client != null) {
      client.close();
    }
  }

  @StartBundle
  public void startBundle() {
    // A bundle that failed may have left rows behind; they will come again.
    waiting.clear();
    waitingRows = 0;
  }

  @ProcessElement
  public void process(@Element KV<String, Iterable<RowBlock>> batch) throws InterruptedException {
    for (RowBlock block : batch.getValue()) {
      waiting.add(block);
      waitingRows += block.rowCount();
    }
    if (waitingRows >= config.maxRows) {
      write();
    }
  }

  @FinishBundle
  public void finishBundle() throws InterruptedException {
    write();
  }

  private void write() throws InterruptedException {
    // A row that is refused would have nowhere to go.
    writer.write(config.table, Batch.of(waiting), false, new Report());
    waiting.clear();
    waitingRows = 0;
  }

  private final class Report implements BatchWriter.Listener {
    @Override
    public void written(Batch part, long millis) {
      PipelineMetrics.audited().inc(part.rowCount());
      metrics.written(part, millis);
    }

    @Override
    public void refused(Batch row, String reason) {
      throw new IllegalStateException("audit rows are not refusable: " + reason);
    }

    @Override
    public void retried() {
      metrics.retried();
    }
  }
}
