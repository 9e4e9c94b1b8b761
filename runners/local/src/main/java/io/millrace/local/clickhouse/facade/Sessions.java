package io.millrace.local.clickhouse.facade;

import java.util.HashMap;
import java.util.Iterator;
import java.util.Map;

/**
 * Connections by {@code session_id}, which keep temporary tables and settings between requests. A
 * session serves one request at a time. Thread-safe.
 */
final class Sessions implements AutoCloseable {
  private static final long DEFAULT_TIMEOUT_SECONDS = 60;
  private static final long MAX_TIMEOUT_SECONDS = 3600;

  private final ChdbEngine engine;
  private final Map<String, Session> sessions = new HashMap<>();

  Sessions(ChdbEngine engine) {
    this.engine = engine;
  }

  /**
   * A leased connection.
   *
   * @param isSession whether the connection outlives the request, so that the request must revert
   *     its settings
   * @param end returns or closes the connection
   */
  record Lease(ChdbConnection connection, boolean isSession, Runnable end)
      implements AutoCloseable {
    @Override
    public void close() {
      end.run();
    }
  }

  private static final class Session {
    final ChdbConnection connection;
    boolean busy = true;
    long expires;

    Session(ChdbConnection connection) {
      this.connection = connection;
    }
  }

  /** The session's connection if the request names one, else a new connection. */
  Lease lease(Request request) throws ServerError {
    String id = request.parameter("session_id");
    if (id.isEmpty()) {
      ChdbConnection single = engine.connect();
      return new Lease(single, false, single::close);
    }
    long timeout = timeoutSeconds(request.parameter("session_timeout"));
    synchronized (sessions) {
      closeExpired();
      Session session = sessions.get(id);
      if (session == null) {
        if (request.flag("session_check")) {
          throw ServerError.of(372, "SESSION_NOT_FOUND", "Session " + id + " not found");
        }
        session = new Session(engine.connect());
        sessions.put(id, session);
      } else if (session.busy) {
        throw ServerError.of(
            373, "SESSION_IS_LOCKED", "Session " + id + " is locked by a concurrent client");
      }
      session.busy = true;
      Session leased = session;
      boolean last = request.flag("close_session");
      return new Lease(leased.connection, true, () -> giveBack(id, leased, timeout, last));
    }
  }

  private void giveBack(String id, Session session, long timeoutSeconds, boolean last) {
    synchronized (sessions) {
      session.busy = false;
      session.expires = System.nanoTime() + timeoutSeconds * 1_000_000_000L;
      if (last) {
        sessions.remove(id);
        session.connection.close();
      }
    }
  }

  private void closeExpired() {
    long now = System.nanoTime();
    for (Iterator<Session> all = sessions.values().iterator(); all.hasNext(); ) {
      Session session = all.next();
      if (!session.busy && session.expires - now < 0) {
        session.connection.close();
        all.remove();
      }
    }
  }

  private static long timeoutSeconds(String value) throws ServerError {
    if (value.isEmpty()) {
      return DEFAULT_TIMEOUT_SECONDS;
    }
    if (!value.matches("\\d{1,9}") || Long.parseLong(value) > MAX_TIMEOUT_SECONDS) {
      throw ServerError.of(
          374, "INVALID_SESSION_TIMEOUT", "Invalid session timeout: '" + value + "'");
    }
    return Long.parseLong(value);
  }

  @Override
  public void close() {
    synchronized (sessions) {
      sessions.values().forEach(session -> session.connection.close());
      sessions.clear();
    }
  }
}
