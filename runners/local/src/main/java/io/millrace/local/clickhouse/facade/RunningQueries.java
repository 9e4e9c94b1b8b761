package io.millrace.local.clickhouse.facade;

import io.millrace.local.clickhouse.sql.Sql;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Maps clients' query ids to the engine's, so that {@code KILL QUERY WHERE query_id = '…'} finds
 * its target. The query's {@code log_comment} holds the client's id.
 */
final class RunningQueries {
  private static final String MARK = "millrace:";

  private final ChdbEngine engine;
  private final Map<String, Integer> ids = new ConcurrentHashMap<>();

  RunningQueries(ChdbEngine engine) {
    this.engine = engine;
  }

  /** A running query, until closed. */
  interface Entry extends AutoCloseable {
    @Override
    void close();
  }

  Entry enter(Request request, ChdbConnection connection) throws ServerError {
    String id = request.queryId();
    if (!request.hasOwnQueryId()
        || request.parameters().containsKey("log_comment")
        || !request.parameter("session_id").isEmpty()
        || !request.parameter("readonly").isEmpty()) {
      return () -> {};
    }
    connection.execute("SET log_comment = " + Sql.string(MARK + id));
    ids.merge(id, 1, Integer::sum);
    return () -> ids.computeIfPresent(id, (key, count) -> count == 1 ? null : count - 1);
  }

  /** Runs KILL with the client's ids replaced by the engine's. */
  ChdbConnection.Result kill(ChdbConnection connection, RequestText text, String format)
      throws ServerError {
    String sql = text.part(0, text.statement().end());
    for (String id : ids.keySet()) {
      String literal = Sql.string(id);
      if (sql.contains(literal)) {
        sql = sql.replace(literal, Sql.string(engineId(id)));
      }
    }
    return connection.execute(sql, format);
  }

  private String engineId(String id) throws ServerError {
    try (ChdbConnection own = engine.connect()) {
      String found =
          own.ask(
              "SELECT query_id FROM system.processes WHERE Settings['log_comment'] = "
                  + Sql.string(MARK + id)
                  + " LIMIT 1");
      return found.isEmpty() ? id : found;
    }
  }
}
