package io.millrace.clickhouse.write;

import io.millrace.clickhouse.client.Batching;
import io.millrace.clickhouse.encoding.RowBlock;
import io.millrace.clickhouse.write.BatchInserter.Task;
import io.millrace.clickhouse.write.BatchInserter.Unwritten;
import io.millrace.event.Packed;
import io.millrace.io.SinkException;
import io.millrace.io.observe.LogFields;
import io.millrace.io.retry.RetryTarget;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import org.apache.beam.sdk.transforms.DoFn.MultiOutputReceiver;

/**
 * Retries batches of rows, keyed by table. Batches that may be written are sent unchanged, so that
 * the server recognizes their token; others are joined to larger batches. Rejected rows are sent
 * alone.
 */
final class TableRetryTarget implements RetryTarget<WaitingBatch> {
  private static final String GAUGE_PREFIX = "sink_waiting_rows_";

  /** The unit of what waits. */
  static final String ROWS = "rows";

  private final TableWriter writer;
  private final Batching batching;

  private TableRetryTarget(TableWriter writer, Batching batching) {
    this.writer = writer;
    this.batching = batching;
  }

  /** Opens targets on workers. */
  static RetryTarget.Factory<WaitingBatch> factory(
      Packed<TableWriter.Config> config, Batching batching) {
    return options -> new TableRetryTarget(new TableWriter(config.get()), batching);
  }

  /**
   * Inserts batches in order. A failure of the table ends the attempt, and its batch is the first
   * to retry. Rows that are rejected, or exceed the memory limit alone, are skipped and retried
   * last.
   */
  @Override
  public Attempt<WaitingBatch> attempt(
      String table, List<WaitingBatch> waiting, int failures, MultiOutputReceiver out)
      throws InterruptedException {
    Deque<WaitingBatch> rest = new ArrayDeque<>(waiting);
    List<WaitingBatch> atFault = new ArrayList<>();
    List<WaitingBatch> left = new ArrayList<>();
    while (!rest.isEmpty() && left.isEmpty()) {
      for (Unwritten rows : writer.write(table, next(rest, failures), out)) {
        (rows.passedOver() ? atFault : left).add(WaitingBatch.of(rows));
      }
    }
    left.addAll(rest);
    left.addAll(atFault);
    return new Attempt<>(left, left.isEmpty() ? new Cause("", false) : causeOf(left.get(0)));
  }

  /**
   * Takes the first batch and joins following ones up to the limits, if none of them must be sent
   * alone.
   */
  private Task next(Deque<WaitingBatch> rest, int failures) {
    WaitingBatch first = rest.pop();
    if (first.alone()) {
      return new Task(Batch.of(List.of(first.rows())), first.maybeWritten(), failures);
    }
    List<RowBlock> blocks = new ArrayList<>();
    blocks.add(first.rows());
    long rows = first.rows().rowCount();
    long bytes = first.rows().memoryBytes();
    while (!rest.isEmpty() && !rest.peek().alone()) {
      RowBlock more = rest.peek().rows();
      rows += more.rowCount();
      bytes += more.memoryBytes();
      if (rows > batching.maxRows() || bytes > batching.maxBytes()) {
        break;
      }
      blocks.add(more);
      rest.pop();
    }
    return new Task(Batch.of(blocks), false, failures);
  }

  @Override
  public long count(WaitingBatch batch) {
    return batch.rows().rowCount();
  }

  @Override
  public long bytes(WaitingBatch batch) {
    return batch.rows().memoryBytes();
  }

  @Override
  public Cause causeOf(WaitingBatch batch) {
    return new Cause(batch.reason(), batch.operator());
  }

  @Override
  public String describe(String table) {
    return described(table);
  }

  static String described(String table) {
    return "ClickHouse table " + table;
  }

  @Override
  public Map<String, String> logFields(String table) {
    return Map.of(LogFields.CONTRACT, writer.contract(), LogFields.TABLE, table);
  }

  @Override
  public String unit() {
    return ROWS;
  }

  @Override
  public String limit() {
    return "--maxWaitingBytes";
  }

  @Override
  public String gauge(String table) {
    return GAUGE_PREFIX + table;
  }

  @Override
  public int encoding(String table) {
    return writer.encoding(table);
  }

  @Override
  public void refuseRestored(String table, long rows) {
    throw refusal(table, rows);
  }

  static SinkException refusal(String table, long rows) {
    return new SinkException(
        List.of(
            "ClickHouse table "
                + table
                + ": "
                + rows
                + " waiting rows in the savepoint are encoded for other columns than the contract"
                + " has now. Start from the savepoint with the previous contract until no rows"
                + " wait (gauge "
                + GAUGE_PREFIX
                + table
                + "), then change the contract"));
  }

  @Override
  public long now() {
    return writer.now();
  }

  @Override
  public void sleep(long millis) throws InterruptedException {
    writer.sleep(millis);
  }

  @Override
  public void close() {
    writer.close();
  }
}
