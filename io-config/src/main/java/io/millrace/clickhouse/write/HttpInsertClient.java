package io.millrace.clickhouse.write;

import com.clickhouse.client.api.Client;
import com.clickhouse.client.api.ClientException;
import com.clickhouse.client.api.insert.InsertSettings;
import com.clickhouse.data.ClickHouseFormat;
import io.millrace.clickhouse.client.ClickHouseConfig;
import io.millrace.clickhouse.client.ClickHouseConnection;
import io.millrace.clickhouse.client.ClickHouseErrors;
import io.millrace.clickhouse.schema.ClickHouseDdl;
import io.millrace.clickhouse.schema.ClickHouseTable;
import io.millrace.clickhouse.schema.ClickHouseTable.Column;
import io.millrace.clickhouse.schema.ClickHouseTypes;
import io.millrace.clickhouse.schema.ColumnType;
import io.millrace.clickhouse.schema.RowWidening;
import io.millrace.clickhouse.schema.ServerTables;
import io.millrace.clickhouse.schema.ServerTables.ServerColumn;
import io.millrace.clickhouse.schema.TableCheck;
import io.millrace.event.RowBuffer;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.checkerframework.checker.nullness.qual.Nullable;

/**
 * Inserts over HTTP with the official client: columns named, LZ4, one deduplication token a batch.
 *
 * <p>The format is RowBinary with the columns' names and types before the rows. The rows are the
 * same as without; but a table whose types have changed refuses them, where plain RowBinary would
 * be read as other values. Rows for columns that a newer contract has widened are encoded anew.
 */
public final class HttpInsertClient implements InsertClient {
  private final ClickHouseConnection connection;
  private final String database;
  private final Map<ClickHouseTable, Form> forms = new HashMap<>();

  private HttpInsertClient(ClickHouseConnection connection, String database) {
    this.connection = connection;
    this.database = database;
  }

  /**
   * Opens a client; its secrets are resolved now, and again after the server has refused them.
   *
   * @throws IllegalArgumentException if a secret is not there
   */
  public static HttpInsertClient open(ClickHouseConfig config) {
    return new HttpInsertClient(ClickHouseConnection.open(config), config.database());
  }

  /**
   * How rows are sent to a table.
   *
   * @param found the columns that this was made for
   * @param header what stands before the rows
   * @param widening what makes the rows fit wider columns; null: they go as they are
   */
  private record Form(List<ServerColumn> found, byte[] header, @Nullable RowWidening widening) {}

  @Override
  public void insert(ClickHouseTable table, Batch batch) {
    while (true) {
      Form form = forms.computeIfAbsent(table, t -> form(t, columns(t)));
      try {
        connection.use(client -> send(client, table, batch, form));
        return;
      } catch (RuntimeException e) {
        // It may have failed because the table is another one by now.
        forms.remove(table);
        if (ClickHouseErrors.serverException(e) == null || !wasMigrated(table, form, e)) {
          throw e;
        }
      }
    }
  }

  @Override
  public boolean fits(ClickHouseTable table) {
    return TableCheck.columnsFit(table, columns(table));
  }

  private List<ServerColumn> columns(ClickHouseTable table) {
    return connection.use(client -> new ServerTables(client, database).columns(table.name()));
  }

  /**
   * Whether the columns have changed to others that can hold the rows. The batch is sent again by
   * them, at once: no row is at fault, and to look for one would find one.
   */
  private boolean wasMigrated(ClickHouseTable table, Form form, RuntimeException failure) {
    try {
      List<ServerColumn> now = columns(table);
      return !now.equals(form.found) && TableCheck.columnsFit(table, now);
    } catch (RuntimeException e) {
      failure.addSuppressed(e);
      return false;
    }
  }

  private boolean send(Client client, ClickHouseTable table, Batch batch, Form form) {
    InsertSettings settings =
        new InsertSettings()
            .setDeduplicationToken(batch.token())
            // The answer is to mean that the rows are in the table.
            .serverSetting("async_insert", "0")
            .serverSetting("wait_end_of_query", "1")
            // A batch may reach over any number of days, each a partition: late events do.
            .serverSetting("max_partitions_per_insert_block", "0");
    if (table.columns().stream().anyMatch(c -> ClickHouseTypes.isJson(c.type()))) {
      // The rows hold the text; the other form is the server's own, with every path's type.
      settings.serverSetting("input_format_binary_read_json_as_string", "1");
    }
    List<String> columns =
        table.columnNames().stream().map(ClickHouseTypes::quote).collect(Collectors.toList());
    try {
      // That the answer has come is the acknowledgement; there is nothing in it to read.
      client
          .insert(
              ClickHouseDdl.qualified(database, table.name()),
              columns,
              out -> {
                out.write(form.header);
                write(batch, form.widening, out);
              },
              ClickHouseFormat.RowBinaryWithNamesAndTypes,
              settings)
          .get()
          .close();
      return true;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new ClientException("interrupted", e);
    } catch (ExecutionException e) {
      throw new ClientException("insert failed", e);
    }
  }

  private static void write(Batch batch, @Nullable RowWidening widening, OutputStream out)
      throws IOException {
    if (widening == null) {
      batch.writeTo(out);
    } else {
      ByteArrayOutputStream rows = new ByteArrayOutputStream(Math.toIntExact(batch.byteCount()));
      batch.writeTo(rows);
      widening.widen(rows.toByteArray(), out);
    }
  }

  /**
   * Before the rows stand the columns' names and types. The server compares the types letter by
   * letter, so they are spelled as it spells them. Rows for a column that holds more than the
   * contract needs are encoded as it wants them; one that cannot hold them stays as the rows are
   * encoded, to be refused.
   */
  private static Form form(ClickHouseTable table, List<ServerColumn> found) {
    Map<String, String> spelled = new HashMap<>();
    found.forEach(c -> spelled.put(c.name(), c.type()));
    List<ColumnType> encoded = new ArrayList<>();
    List<ColumnType> wanted = new ArrayList<>();
    RowBuffer header = new RowBuffer(1024);
    header.writeVarInt(table.columns().size());
    table.columns().forEach(c -> header.writeString(c.name()));
    for (Column column : table.columns()) {
      String there = spelled.getOrDefault(column.name(), column.type());
      String type = TableCheck.holds(there, column.type()) ? there : column.type();
      header.writeString(type);
      encoded.add(ColumnType.parse(column.type()));
      wanted.add(ColumnType.parse(type));
    }
    boolean asTheyAre =
        IntStream.range(0, encoded.size())
            .allMatch(i -> RowWidening.isSameForm(encoded.get(i), wanted.get(i)));
    return new Form(
        found, header.toByteArray(), asTheyAre ? null : new RowWidening(encoded, wanted));
  }

  @Override
  public void close() {
    connection.close();
  }
}
