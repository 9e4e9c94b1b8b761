package io.millrace.bench.baseline.flink;

import io.millrace.bench.baseline.PlainServer;
import io.millrace.bench.baseline.RowBytes;
import io.millrace.bench.baseline.TableInserts;
import java.io.Serializable;
import java.util.List;
import java.util.concurrent.ScheduledFuture;
import java.util.function.BiConsumer;
import org.apache.flink.api.common.operators.ProcessingTimeService;
import org.apache.flink.api.connector.sink2.Sink;
import org.apache.flink.api.connector.sink2.SinkWriter;

/** Writes rows to a ClickHouse table in batches, at-least-once; flushes before each checkpoint. */
final class TableSink<T> implements Sink<T> {
  private static final long serialVersionUID = 1L;

  /** Writes an element as a table row. */
  interface RowWriter<T> extends BiConsumer<T, RowBytes>, Serializable {}

  private final PlainServer server;
  private final String table;
  private final List<String> columns;
  private final RowWriter<T> rows;

  TableSink(PlainServer server, String table, List<String> columns, RowWriter<T> rows) {
    this.server = server;
    this.table = table;
    this.columns = columns;
    this.rows = rows;
  }

  /** Required by the interface; Flink calls it instead of the newer overload. */
  @Override
  @Deprecated
  public SinkWriter<T> createWriter(InitContext context) {
    return new Writer<>(
        TableInserts.open(server, table, columns), rows, context.getProcessingTimeService());
  }

  private static final class Writer<T> implements SinkWriter<T> {
    private final TableInserts inserts;
    private final RowWriter<T> rows;
    private final ProcessingTimeService time;

    Writer(TableInserts inserts, RowWriter<T> rows, ProcessingTimeService time) {
      this.inserts = inserts;
      this.rows = rows;
      this.time = time;
      awaitTime();
    }

    private void awaitTime() {
      // A daemon thread, whose failure fails the task.
      ScheduledFuture<?> unused =
          time.registerTimer(
              time.getCurrentProcessingTime() + TableInserts.BATCH_MILLIS,
              now -> {
                inserts.send();
                awaitTime();
              });
    }

    @Override
    public void write(T value, Context context) {
      inserts.add(value, rows);
    }

    @Override
    public void flush(boolean endOfInput) {
      inserts.flush();
    }

    @Override
    public void close() {
      inserts.close();
    }
  }
}
