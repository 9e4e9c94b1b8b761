package io.millrace.local.clickhouse.facade;

import com.sun.net.httpserver.Headers;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpHandler;
import io.millrace.local.clickhouse.sql.Statement;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.zip.ZipException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** ClickHouse's HTTP interface for one engine, with a server's headers, texts and statuses. */
final class QueryHandler implements HttpHandler {
  private static final Logger LOG = LoggerFactory.getLogger(QueryHandler.class);
  private static final int COPY_BUFFER = 1 << 16;

  /** Maximum bytes of a rejected request's body to read, so that the client gets the response. */
  private static final long MAX_DRAIN = 256L << 20;

  private final ChdbEngine engine;
  private final Sessions sessions;
  private final Spool spool;
  private final Credentials credentials;
  private final StatementGuard guard;
  private final RunningQueries running;
  private final AtomicInteger active = new AtomicInteger();

  QueryHandler(
      ChdbEngine engine,
      Sessions sessions,
      Spool spool,
      Credentials credentials,
      StatementGuard guard) {
    this.engine = engine;
    this.sessions = sessions;
    this.spool = spool;
    this.credentials = credentials;
    this.guard = guard;
    this.running = new RunningQueries(engine);
  }

  /** The number of active requests. */
  int active() {
    return active.get();
  }

  @Override
  public void handle(HttpExchange exchange) {
    active.incrementAndGet();
    try (exchange) {
      exchange.getResponseHeaders().set("X-ClickHouse-Server-Display-Name", "millrace");
      exchange.getResponseHeaders().set("Keep-Alive", "timeout=10");
      try {
        Optional<String> foreign = ForeignRequest.reason(exchange.getRequestHeaders());
        if (foreign.isPresent()) {
          drain(exchange.getRequestBody());
          sendText(exchange, 403, foreign.get() + "\n");
          return;
        }
        route(exchange, Request.of(exchange));
      } catch (ServerError e) {
        refuse(exchange, e);
      } catch (EOFException e) {
        refuse(
            exchange,
            ServerError.of(3, "UNEXPECTED_END_OF_FILE", "Request body: " + e.getMessage()));
      } catch (ZipException e) {
        refuse(
            exchange, ServerError.of(271, "CANNOT_DECOMPRESS", "Request body: " + e.getMessage()));
      }
    } catch (IOException e) {
      LOG.info("A client went away: {}", e.toString());
    } catch (RuntimeException | Error e) {
      LOG.error("A request failed inside the server", e);
      try {
        refuse(
            exchange, ServerError.of(1001, "STD_EXCEPTION", "The server failed: " + e.toString()));
      } catch (IOException | RuntimeException again) {
        LOG.info("A client went away: {}", again.toString());
      }
    } finally {
      active.decrementAndGet();
    }
  }

  private void route(HttpExchange exchange, Request request) throws IOException {
    switch (request.path()) {
      case "/ping", "/replicas_status" -> sendText(exchange, 200, "Ok.\n");
      case "/" -> {
        boolean read = request.isReadOnly();
        if (read && request.parameter("query").isEmpty()) {
          sendText(exchange, 200, "Ok.\n");
        } else if (read || request.method().equals("POST") || request.method().equals("PUT")) {
          credentials.check(request);
          query(exchange, request);
        } else {
          sendText(exchange, 405, "Method " + request.method() + " is not supported.\n");
        }
      }
      default ->
          sendText(
              exchange,
              404,
              "There is no handle "
                  + request.path()
                  + "\n\nUse / or /ping for health checks, / for queries.\n");
    }
  }

  @SuppressWarnings("try") // Settings and entry are held, not used
  private void query(HttpExchange exchange, Request request) throws IOException {
    if (request.header("Content-Type").orElse("").startsWith("multipart/")) {
      throw ServerError.of(48, "NOT_IMPLEMENTED", "multipart/form-data is not supported here");
    }
    Headers headers = exchange.getResponseHeaders();
    headers.set("X-ClickHouse-Query-Id", request.queryId());
    headers.set(
        "X-ClickHouse-Timezone",
        request.parameters().getOrDefault("session_timezone", engine.timezone()));
    InputStream body = BodyCodec.plainBody(request, exchange.getRequestBody());
    try (SpoolFile file = spool.file()) {
      RequestText text = RequestText.read(request.parameter("query"), body);
      QueryRunner.check(request, text, guard);
      if (text.statement().hasData()) {
        text.writeData(file);
      }
      String named = text.statement().format();
      String format =
          request
              .format()
              .orElse(
                  text.statement().kind() == Statement.Kind.INSERT_DATA
                      ? "Values"
                      : "TabSeparated");
      ChdbConnection.Result result;
      try (Sessions.Lease lease = sessions.lease(request);
          RequestSettings settings = RequestSettings.apply(request, lease);
          RunningQueries.Entry entry = running.enter(request, lease.connection())) {
        result =
            text.statement().verb().equals("KILL")
                ? running.kill(lease.connection(), text, format)
                : new QueryRunner(lease.connection(), text, format, file).run();
      }
      headers.set("X-ClickHouse-Summary", result.summary());
      String answered = named.isEmpty() ? format : named;
      boolean query = text.statement().kind() == Statement.Kind.QUERY;
      if (query || result.body().length > 0) {
        headers.set("X-ClickHouse-Format", answered);
      }
      sendRows(exchange, request, answered, query ? file : null, result);
    }
  }

  private static void sendRows(
      HttpExchange exchange,
      Request request,
      String format,
      SpoolFile file,
      ChdbConnection.Result result)
      throws IOException {
    boolean inFile = file != null && Files.exists(file.path());
    long length = inFile ? Files.size(file.path()) : result.body().length;
    Headers headers = exchange.getResponseHeaders();
    headers.set("Content-Type", contentType(format));
    if (request.method().equals("HEAD") || length == 0) {
      exchange.sendResponseHeaders(200, -1);
      return;
    }
    boolean blocks = request.flag("compress");
    Optional<String> encoding = BodyCodec.answerEncoding(request);
    encoding.ifPresent(name -> headers.set("Content-Encoding", name));
    // 0 means chunked: the compressed length is not known yet.
    exchange.sendResponseHeaders(200, blocks || encoding.isPresent() ? 0 : length);
    try (OutputStream out = BodyCodec.encoder(encoding, blocks, exchange.getResponseBody())) {
      if (!inFile) {
        out.write(result.body());
        return;
      }
      long unused = Files.copy(file.path(), out);
    }
  }

  private void refuse(HttpExchange exchange, ServerError error) throws IOException {
    if (exchange.getResponseCode() != -1) {
      return; // The response has begun, so closing the connection is the only signal left.
    }
    Headers headers = exchange.getResponseHeaders();
    headers.remove("Content-Encoding");
    headers.set("X-ClickHouse-Exception-Code", Integer.toString(error.code()));
    String text = error.getMessage();
    if (!text.endsWith(")") || !text.contains("(version ")) {
      text += " (version " + engine.version() + ")";
    }
    LOG.debug("Refused: {}", text);
    drain(exchange.getRequestBody());
    sendText(exchange, error.httpStatus(), text + "\n");
  }

  private static void drain(InputStream body) {
    try {
      long left = MAX_DRAIN;
      byte[] buffer = new byte[COPY_BUFFER];
      for (int count = body.read(buffer); count >= 0 && left > 0; count = body.read(buffer)) {
        left -= count;
      }
    } catch (IOException e) {
      LOG.debug("Cannot read the rest of a rejected body: {}", e.toString());
    }
  }

  private static void sendText(HttpExchange exchange, int status, String text) throws IOException {
    byte[] body = text.getBytes(StandardCharsets.UTF_8);
    exchange.getResponseHeaders().set("Content-Type", "text/plain; charset=UTF-8");
    boolean head = exchange.getRequestMethod().equals("HEAD");
    exchange.sendResponseHeaders(status, head ? -1 : body.length);
    if (!head) {
      exchange.getResponseBody().write(body);
    }
  }

  private static String contentType(String format) {
    String name = format.toUpperCase(Locale.ROOT);
    if (name.startsWith("JSON")) {
      return name.contains("EACHROW")
          ? "application/x-ndjson; charset=UTF-8"
          : "application/json; charset=UTF-8";
    } else if (name.startsWith("CSV")) {
      return "text/csv; charset=UTF-8";
    } else if (name.startsWith("TAB") || name.startsWith("TSV")) {
      return "text/tab-separated-values; charset=UTF-8";
    } else if (name.startsWith("ROWBINARY") || name.equals("NATIVE") || name.equals("PARQUET")) {
      return "application/octet-stream";
    }
    return "text/plain; charset=UTF-8";
  }
}
