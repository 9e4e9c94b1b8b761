package io.millrace.clickhouse.write;

import com.clickhouse.client.api.Client;
import com.clickhouse.client.api.ClientException;
import com.clickhouse.client.api.insert.InsertSettings;
import com.clickhouse.data.ClickHouseFormat;
import com.github.luben.zstd.RecyclingBufferPool;
import com.github.luben.zstd.ZstdOutputStream;
import io.millrace.clickhouse.client.ClickHouseConfig;
import io.millrace.clickhouse.client.ClickHouseConfig.Compression;
import io.millrace.clickhouse.client.ClickHouseConnection;
import io.millrace.clickhouse.client.ClickHouseErrors;
import io.millrace.clickhouse.columns.ChunkPool;
import io.millrace.clickhouse.columns.ColumnBlock;
import io.millrace.clickhouse.conversion.Conversion;
import io.millrace.clickhouse.schema.ClickHouseDdl;
import io.millrace.clickhouse.schema.ClickHouseTable;
import io.millrace.clickhouse.schema.ClickHouseTable.Column;
import io.millrace.clickhouse.schema.ClickHouseTypes;
import io.millrace.clickhouse.schema.ColumnConversion;
import io.millrace.clickhouse.schema.ColumnType;
import io.millrace.clickhouse.schema.RowConversion;
import io.millrace.clickhouse.schema.ServerTables;
import io.millrace.clickhouse.schema.ServerTables.ServerColumn;
import io.millrace.clickhouse.schema.TableCheck;
import io.millrace.event.RowBuffer;
import java.io.IOException;
import java.io.OutputStream;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.checkerframework.checker.nullness.qual.Nullable;

/**
 * Inserts over HTTP with the official client: named columns, LZ4, a deduplication token for each
 * batch.
 *
 * <p>The format is Native, a block of columns, which costs the server less than rows; for tables
 * that a {@link ColumnBlock} cannot write, RowBinaryWithNamesAndTypes. Both carry names and types:
 * a table with changed types rejects the rows and misreads nothing. Rows for columns of other types
 * than the contract's are re-encoded, if the columns hold their values.
 *
 * <p>State: the columns of a batch while it is sent, and their arrays for the next one ({@link
 * ChunkPool}).
 */
public final class HttpInsertClient implements InsertClient {
  /** The fastest, which is also the server's for its columns. */
  private static final int ZSTD_LEVEL = 1;

  private final ClickHouseConnection connection;
  private final String database;
  private final Compression compression;
  private final Map<ClickHouseTable, Form> forms = new HashMap<>();
  private final ChunkPool chunks = new ChunkPool();

  /**
   * Opens a client. Secrets are resolved now, and again after the server has rejected them.
   *
   * @throws IllegalArgumentException if a secret cannot be resolved
   */
  public HttpInsertClient(ClickHouseConfig config) {
    connection = new ClickHouseConnection(config);
    database = config.database();
    compression = config.compression();
  }

  /**
   * Encoding of rows for a table.
   *
   * @param found the server's columns
   * @param columns the block that the rows are sent in; null: as rows
   * @param header the bytes before rows that are sent as such
   * @param encoding encodes the rows again: for columns of other types, or the audit's entries as
   *     its rows; null if that is not needed
   */
  private record Form(
      List<ServerColumn> found,
      @Nullable ColumnBlock columns,
      byte[] header,
      @Nullable Function<Batch, RowBuffer> encoding) {}

  @Override
  public void insert(ClickHouseTable table, Batch batch) {
    while (true) {
      Form form = forms.computeIfAbsent(table, t -> form(t, columns(t)));
      RowBuffer converted;
      try {
        converted = form.encoding == null ? null : form.encoding.apply(batch);
      } catch (UnfitRowsException e) {
        // An operator may have widened the columns since they were read.
        List<ServerColumn> now = columns(table);
        if (now.equals(form.found)) {
          throw e;
        }
        forms.put(table, form(table, now));
        continue;
      }
      try {
        connection.use(client -> send(client, table, batch, form, converted));
        return;
      } catch (RuntimeException e) {
        // The table may have changed: read its columns again.
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
   * Whether the columns have changed to others that can hold the rows. Then the batch is sent again
   * at once, because no row is wrong.
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

  /**
   * Sends a batch.
   *
   * @param converted the rows, if they were encoded again; otherwise null
   */
  private boolean send(
      Client client, ClickHouseTable table, Batch batch, Form form, @Nullable RowBuffer converted) {
    InsertSettings settings =
        new InsertSettings()
            // Of the rows as the contract encodes them, so that it outlives a change of columns.
            .setDeduplicationToken(batch.token())
            // An acknowledgement must mean that the rows are in the table.
            .serverSetting("async_insert", "0")
            .serverSetting("wait_end_of_query", "1")
            // A batch with late events may span any number of partitions.
            .serverSetting("max_partitions_per_insert_block", "0");
    if (!table.replacesRows()) {
      // No two rows of a batch are equal, so the server need not search for such.
      settings.serverSetting("optimize_on_insert", "0");
    }
    if (compression == Compression.ZSTD) {
      settings.appCompressedData(true, "zstd");
    }
    if (form.columns != null) {
      ColumnBlock.SETTINGS.forEach(setting -> settings.serverSetting(setting, "0"));
    }
    if (table.columns().stream().anyMatch(c -> ClickHouseTypes.isJson(c.type()))) {
      // Rows contain JSON as text, not in the server's binary form.
      settings.serverSetting("input_format_binary_read_json_as_string", "1");
    }
    List<String> columns =
        table.columnNames().stream().map(ClickHouseTypes::quote).collect(Collectors.toList());
    try {
      // The answer itself is the acknowledgement; it has no content.
      client
          .insert(
              ClickHouseDdl.qualified(database, table.name()),
              columns,
              out -> compress(form, batch, converted, out),
              form.columns == null
                  ? ClickHouseFormat.RowBinaryWithNamesAndTypes
                  : ClickHouseFormat.Native,
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

  private void compress(Form form, Batch batch, @Nullable RowBuffer converted, OutputStream out)
      throws IOException {
    if (compression == Compression.ZSTD) {
      try (OutputStream compressed =
          new ZstdOutputStream(out, RecyclingBufferPool.INSTANCE, ZSTD_LEVEL)) {
        write(form, batch, converted, compressed);
      }
    } else {
      // The client compresses with LZ4.
      write(form, batch, converted, out);
    }
  }

  private static void write(Form form, Batch batch, @Nullable RowBuffer converted, OutputStream out)
      throws IOException {
    ColumnBlock columns = form.columns;
    if (columns != null) {
      try {
        if (converted == null) {
          batch.forEachRange(columns::add);
        } else {
          columns.add(converted.bytes(), 0, converted.size());
        }
        columns.writeTo(out);
      } finally {
        columns.clear();
      }
      return;
    }
    out.write(form.header);
    if (converted == null) {
      batch.writeTo(out);
    } else {
      converted.writeTo(out);
    }
  }

  /**
   * Creates the header with column names and types. The server compares types as texts, so the
   * header uses the server's spelling. If a column has another type that can be written, the header
   * has that type, and rows are re-encoded. If it cannot be written, the header has the contract's
   * type, which the server rejects.
   */
  private Form form(ClickHouseTable table, List<ServerColumn> found) {
    Map<String, ServerColumn> byName = new HashMap<>();
    found.forEach(column -> byName.put(column.name(), column));
    List<Conversion> conversions = new ArrayList<>();
    List<String> types = new ArrayList<>();
    RowBuffer header = new RowBuffer(1024);
    header.writeVarInt(table.columns().size());
    table.columns().forEach(c -> header.writeString(c.name()));
    for (Column column : table.columns()) {
      ServerColumn there = byName.get(column.name());
      Conversion conversion = there == null ? null : ColumnConversion.between(table, column, there);
      types.add(conversion == null ? column.type() : there.type());
      if (!table.holdsBatches()) {
        conversions.add(
            conversion == null ? RowConversion.keep(ColumnType.parse(column.type())) : conversion);
      }
    }
    types.forEach(header::writeString);
    return new Form(
        found,
        ColumnBlock.of(table.columnNames(), types, chunks),
        header.toByteArray(),
        encoding(table, RowConversion.of(conversions)));
  }

  private static @Nullable Function<Batch, RowBuffer> encoding(
      ClickHouseTable table, @Nullable RowConversion conversion) {
    if (table.holdsBatches()) {
      return AuditBatches::of;
    }
    return conversion == null ? null : batch -> batch.converted(conversion);
  }

  @Override
  public void close() {
    connection.close();
  }
}
