package io.millrace.local.clickhouse.facade;

import io.millrace.local.clickhouse.sql.Sql;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Applies a request's database and settings to a connection for one statement. Reverts them if the
 * connection is a session's.
 */
final class RequestSettings implements AutoCloseable {
  private final ChdbConnection connection;
  private final List<String> undo = new ArrayList<>();

  private RequestSettings(ChdbConnection connection) {
    this.connection = connection;
  }

  static RequestSettings apply(Request request, Sessions.Lease lease) throws ServerError {
    RequestSettings applied = new RequestSettings(lease.connection());
    try {
      applied.set(request, lease.isSession());
    } catch (ServerError e) {
      applied.close();
      throw e;
    }
    return applied;
  }

  private void set(Request request, boolean session) throws ServerError {
    if (request.database().isPresent()) {
      if (session) {
        undo.add("USE " + Sql.name(connection.ask("SELECT currentDatabase()")));
      }
      connection.execute("USE " + Sql.name(request.database().get()));
    }
    StringBuilder set = new StringBuilder();
    for (Map.Entry<String, String> setting : request.settings().entrySet()) {
      String name = setting.getKey();
      if (!Sql.isPlainName(name)) {
        throw ServerError.of(115, "UNKNOWN_SETTING", "Unknown setting '" + name + "'");
      }
      if (session && !name.startsWith("param_")) {
        undo.add("SET " + name + " = " + currentValue(name));
      }
      set.append(set.isEmpty() ? "SET " : ", ")
          .append(name)
          .append(" = ")
          .append(Sql.string(setting.getValue()));
    }
    if (!set.isEmpty()) {
      connection.execute(set.toString());
    }
    // A session could not revert it; there QueryHandler checks the verb.
    if (request.isReadOnly() && !session && request.parameter("readonly").isEmpty()) {
      connection.execute("SET readonly = 2");
    }
  }

  private String currentValue(String name) throws ServerError {
    String row =
        connection.ask(
            "SELECT changed, value FROM system.settings WHERE name = " + Sql.string(name));
    return row.startsWith("1\t") ? Sql.string(row.substring(2)) : "DEFAULT";
  }

  @Override
  public void close() throws ServerError {
    for (String statement : undo) {
      connection.execute(statement);
    }
    undo.clear();
  }
}
