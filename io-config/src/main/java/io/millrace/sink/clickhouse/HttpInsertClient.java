package io.millrace.sink.clickhouse;

import com.clickhouse.client.api.Client;
import com.clickhouse.client.api.ClientException;
import com.clickhouse.client.api.insert.InsertSettings;
import com.clickhouse.data.ClickHouseFormat;
import io.millrace.sink.clickhouse.ClickHouseTable.Column;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.stream.Collectors;

/**
 * Inserts over HTTP with the official client: columns named, LZ4, one deduplication token a batch.
 *
 * <p>The format is RowBinary with the columns' names and types before the rows. The rows are the
 * same as without; but a table whose types have changed refuses them, where plain RowBinary would
 * be read as other values.
 */
final class HttpInsertClient implements InsertClient {
  private final Client client;
  private final String database;
  private final ServerTables tables;
  private final Map<String, byte[]> headers = new HashMap<>();

  private HttpInsertClient(Client client, String database) {
    this.client = client;
    this.database = database;
    this.tables = new ServerTables(client, database);
  }

  static HttpInsertClient open(ClickHouseConfig config) {
    return new HttpInsertClient(ClickHouseClients.open(config), config.database());
  }

  @Override
  public void insert(ClickHouseTable table, Batch batch) {
    InsertSettings settings =
        new InsertSettings()
            .setDeduplicationToken(batch.token())
            // The answer is to mean that the rows are in the table.
            .serverSetting("async_insert", "0")
            .serverSetting("wait_end_of_query", "1")
            // A batch may reach over any number of days, each a partition: late events do.
            .serverSetting("max_partitions_per_insert_block", "0");
    byte[] header = headers.computeIfAbsent(table.name(), n -> header(table));
    List<String> columns =
        table.columnNames().stream().map(ClickHouseTypes::quote).collect(Collectors.toList());
    boolean acknowledged = false;
    try {
      // That the answer has come is the acknowledgement; there is nothing in it to read.
      client
          .insert(
              ClickHouseDdl.qualified(database, table.name()),
              columns,
              out -> {
                out.write(header);
                batch.writeTo(out);
              },
              ClickHouseFormat.RowBinaryWithNamesAndTypes,
              settings)
          .get()
          .close();
      acknowledged = true;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new ClientException("interrupted", e);
    } catch (ExecutionException e) {
      throw new ClientException("insert failed", e);
    } finally {
      if (!acknowledged) {
        // It may have failed because the table is another one by now.
        headers.remove(table.name());
      }
    }
  }

  /**
   * The columns' names and types before the rows. The server compares the types letter by letter,
   * so they are spelled as it spells them; one that really differs stays as the rows are encoded,
   * to be refused.
   */
  private byte[] header(ClickHouseTable table) {
    Map<String, String> spelled = new HashMap<>();
    tables.columns(table.name()).forEach(c -> spelled.put(c.name(), c.type()));
    RowBuffer header = new RowBuffer(1024);
    header.writeVarInt(table.columns().size());
    table.columns().forEach(c -> header.writeString(c.name()));
    for (Column column : table.columns()) {
      String there = spelled.getOrDefault(column.name(), "");
      header.writeString(ClickHouseTypes.same(there, column.type()) ? there : column.type());
    }
    return header.toByteArray();
  }

  @Override
  public boolean fits(ClickHouseTable table) {
    return TableCheck.columnsFit(table, tables.columns(table.name()));
  }

  @Override
  public void close() {
    client.close();
  }
}
