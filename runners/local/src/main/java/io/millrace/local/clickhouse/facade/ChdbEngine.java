package io.millrace.local.clickhouse.facade;

import com.sun.jna.Native;
import com.sun.jna.Pointer;
import io.millrace.local.process.LocalFiles;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;

/**
 * The embedded ClickHouse engine on one data directory. Opening takes about 0.1 s. A connection
 * takes 0.2 ms, so each request gets its own and its settings do not leak.
 */
final class ChdbEngine implements AutoCloseable {
  private final Chdb chdb;
  private final String[] arguments;
  private final Object connecting = new Object();
  private final ChdbConnection keeper;
  private final String version;
  private final String timezone;

  /**
   * Opens the data directory, creating it if needed.
   *
   * @param library libchdb.so
   * @param data the engine's data directory, absolute; no other process may have it open
   * @param config the engine's own configuration file
   * @throws ServerError if the engine fails to open
   */
  ChdbEngine(Path library, Path data, Path config) throws IOException {
    removeDroppedTables(data);
    closeFileFunction(data);
    chdb = Native.load(library.toString(), Chdb.class);
    // The JVM uses SIGSEGV and others itself; with libjsig, this prevents conflicts.
    chdb.chdb_set_signal_handlers_enabled(0);
    arguments =
        new String[] {
          "clickhouse",
          "--path=" + data,
          "--config-file=" + config,
          // With a log file, the engine would override the configured level with "trace".
          "--log-level=warning"
        };
    keeper = connect();
    version = keeper.ask("SELECT version()");
    timezone = keeper.ask("SELECT timezone()");
  }

  String version() {
    return version;
  }

  String timezone() {
    return timezone;
  }

  /** A new connection in database {@code default} with the server's settings. */
  ChdbConnection connect() throws ServerError {
    Pointer handle;
    synchronized (connecting) {
      handle = chdb.chdb_connect(arguments.length, arguments);
    }
    if (handle == null || handle.getPointer(0) == null) {
      throw ServerError.of(
          76, "CANNOT_OPEN_FILE", "The engine cannot open " + arguments[1].substring(7));
    }
    ChdbConnection connection = new ChdbConnection(chdb, handle);
    try {
      // Server semantics: by default the embedded engine would run `1+1` as a SELECT, and SYNC
      // would wait for a cleanup task that it does not have.
      connection.execute(
          "SET implicit_select=0, allow_introspection_functions=0,"
              + " database_atomic_wait_for_drop_and_detach_synchronously=0");
    } catch (ServerError e) {
      connection.close();
      throw e;
    }
    return connection;
  }

  /** The table and database engines of the library. */
  Set<String> engines() throws ServerError {
    return Set.of(
        keeper
            .ask(
                "SELECT name FROM system.table_engines UNION DISTINCT"
                    + " SELECT name FROM system.database_engines")
            .split("\n", -1));
  }

  /**
   * Disables the function {@code file(path)}, which reads any file without a right. A user-defined
   * function of the same name takes precedence. The engine loads it from this directory; no
   * statement can create or drop it.
   */
  private static void closeFileFunction(Path data) throws IOException {
    Path functions = Files.createDirectories(data.resolve("user_defined"));
    Files.writeString(
        functions.resolve("function_file.sql"),
        "CREATE FUNCTION file AS (path) -> throwIf(1, 'file() is closed here')\n");
  }

  /**
   * Frees the disk space of dropped tables before the engine starts, because the embedded engine
   * lacks the server's cleanup task.
   */
  private static void removeDroppedTables(Path data) throws IOException {
    Path dropped = data.resolve("metadata_dropped");
    if (!Files.isDirectory(dropped)) {
      return;
    }
    try (DirectoryStream<Path> tables = Files.newDirectoryStream(dropped, "*.sql")) {
      for (Path table : tables) {
        // database.table.UUID.sql, its parts in store/UUI/UUID
        String[] name = table.getFileName().toString().split("\\.", -1);
        String uuid = name.length < 4 ? "" : name[name.length - 2];
        if (uuid.matches("[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")) {
          LocalFiles.deleteTree(data.resolve("store").resolve(uuid.substring(0, 3)).resolve(uuid));
          Files.delete(table);
        }
      }
    }
  }

  @Override
  public void close() {
    keeper.close();
  }
}
