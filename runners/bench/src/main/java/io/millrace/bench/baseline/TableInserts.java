package io.millrace.bench.baseline;

import com.clickhouse.client.api.Client;
import com.clickhouse.client.api.insert.InsertSettings;
import com.clickhouse.data.ClickHouseFormat;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.BiConsumer;

/**
 * Batches rows of one table. Sends a batch of {@link #BATCH_ROWS} rows, or on request, in another
 * thread as RowBinary with LZ4, while the next batch fills. One batch is in flight at a time. The
 * next call throws a failure. Not thread-safe.
 */
public final class TableInserts implements AutoCloseable {
  /** Maximum rows per INSERT. */
  public static final int BATCH_ROWS = 20_000;

  /** Maximum age of a batch. */
  public static final long BATCH_MILLIS = 1_000;

  private static final int CAPACITY = 1 << 20;

  private final Client client;
  private final String table;
  private final List<String> columns;
  private final ExecutorService sender;
  private RowBytes rows = new RowBytes(CAPACITY);
  private RowBytes spare = new RowBytes(CAPACITY);
  private int rowCount;
  private CompletableFuture<Void> underWay = CompletableFuture.completedFuture(null);

  private TableInserts(Client client, String table, List<String> columns) {
    this.client = client;
    this.table = table;
    this.columns = columns;
    this.sender =
        Executors.newSingleThreadExecutor(
            task -> {
              Thread thread = new Thread(task, "insert-" + table);
              thread.setDaemon(true);
              return thread;
            });
  }

  /** Creates batches for a table of the server's database; closing closes the connection. */
  public static TableInserts open(PlainServer server, String table, List<String> columns) {
    return new TableInserts(server.connect(), table, columns);
  }

  /** Adds a row; sends the batch if it is full. */
  public <T> void add(T value, BiConsumer<T, RowBytes> writer) {
    writer.accept(value, rows);
    if (++rowCount >= BATCH_ROWS) {
      send();
    }
  }

  /** Sends the batch after the previous one is written. */
  public void send() {
    if (rowCount == 0) {
      return;
    }
    await();
    RowBytes full = rows;
    rows = spare;
    rows.clear();
    spare = full;
    rowCount = 0;
    underWay = CompletableFuture.runAsync(() -> insert(full), sender);
  }

  /** Sends the batch and waits until all rows are written. */
  public void flush() {
    send();
    await();
  }

  private void await() {
    try {
      underWay.join();
    } catch (CompletionException e) {
      throw new IllegalStateException("cannot insert into " + table + ": " + e.getCause(), e);
    }
  }

  private void insert(RowBytes batch) {
    InsertSettings settings =
        new InsertSettings()
            .serverSetting("async_insert", "0")
            .serverSetting("wait_end_of_query", "1")
            .serverSetting("max_partitions_per_insert_block", "0");
    try {
      client
          .insert(table, columns, batch::writeTo, ClickHouseFormat.RowBinary, settings)
          .get()
          .close();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new CompletionException(e);
    } catch (ExecutionException e) {
      throw new CompletionException(e.getCause());
    }
  }

  @Override
  public void close() {
    sender.shutdownNow();
    client.close();
  }
}
