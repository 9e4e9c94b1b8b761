package io.millrace.clickhouse.write;

import io.millrace.clickhouse.encoding.RowBlock;
import io.millrace.clickhouse.write.BatchInserter.Task;
import io.millrace.clickhouse.write.BatchInserter.Undone;
import io.millrace.event.Packed;
import io.millrace.io.WrittenBatch;
import io.millrace.io.retry.Backoff;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.apache.beam.sdk.transforms.DoFn;
import org.apache.beam.sdk.values.KV;
import org.apache.beam.sdk.values.TupleTag;

/**
 * One INSERT for each batch; see {@link BatchInserter} for what happens if it fails. Rows that
 * cannot be written now are handed on: {@link #WAITING}. While a table fails, its batches are
 * handed on untried, except for one now and then that sees whether the table is back: so a table
 * that is broken holds up no other one.
 *
 * <p>State: none. In memory, for each table that fails, when it is to be tried again.
 */
final class InsertFn extends DoFn<KV<String, Iterable<RowBlock>>, WrittenBatch> {
  private static final long serialVersionUID = 1L;

  /** Rows to be tried again, keyed by their table. */
  static final TupleTag<KV<String, WaitingBatch>> WAITING = new TupleTag<>("waiting") {};

  private final Packed<TableWriter.Config> config;
  private transient TableWriter writer;
  private transient Map<String, Trouble> troubles;

  /** A table that fails: why, how often by now, and from when on it is tried again. */
  private record Trouble(WaitingBatch last, int failures, long untilMillis) {}

  InsertFn(Packed<TableWriter.Config> config) {
    this.config = config;
  }

  @Setup
  public void setUp() {
    writer = TableWriter.open(config.get());
    troubles = new HashMap<>();
  }

  @Teardown
  public void tearDown() {
    if (writer != null) {
      writer.close();
    }
  }

  @ProcessElement
  public void process(@Element KV<String, Iterable<RowBlock>> batch, MultiOutputReceiver out)
      throws InterruptedException {
    String table = batch.getKey();
    Batch rows = Batch.of(batch.getValue());
    Trouble trouble = troubles.get(table);
    if (trouble != null && writer.now() < trouble.untilMillis) {
      out.get(WAITING).output(KV.of(table, trouble.last.behind(rows)));
      return;
    }
    long start = writer.now();
    List<Undone> undone = writer.write(table, Task.first(rows), out);
    List<WaitingBatch> waiting = undone.stream().map(WaitingBatch::of).collect(Collectors.toList());
    waiting.forEach(rest -> out.get(WAITING).output(KV.of(table, rest)));
    if (!waiting.isEmpty()) {
      int failures = trouble == null ? 1 : trouble.failures + 1;
      // An attempt that hangs holds up the other tables: they are to have most of the time.
      long pause = Math.max(Backoff.pauseMillis(failures), 2 * (writer.now() - start));
      WaitingBatch last = waiting.get(0).withoutRows();
      troubles.put(table, new Trouble(last, failures, writer.now() + pause));
    } else if (trouble != null) {
      troubles.remove(table);
      out.get(WAITING).output(KV.of(table, WaitingBatch.tableIsBack()));
    }
  }
}
