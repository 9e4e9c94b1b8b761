package io.millrace.cli.dashboard;

import com.sun.net.httpserver.HttpServer;
import io.millrace.pipeline.WrongUseException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * The web server of the dashboard: the page and its figures as JSON below {@code /api/}. It listens
 * on 127.0.0.1 only and answers only what {@link RequestGuard} lets pass.
 *
 * <p>The figures need a key, so that other users of this computer cannot read them. The page has
 * none in its files: it takes the key from the address that the command prints.
 *
 * <p>Cost: nothing between two requests. Figures of ClickHouse are queried for each request, {@link
 * TableQueries#AT_A_TIME} at a time.
 */
final class DashboardServer implements AutoCloseable {
  static final String LOOPBACK = "127.0.0.1";

  private static final int KEY_BYTES = 16;

  private final HttpServer server;
  private final String key;
  private final ExecutorService threads;

  private DashboardServer(HttpServer server) {
    this.server = server;
    byte[] random = new byte[KEY_BYTES];
    new SecureRandom().nextBytes(random);
    this.key = HexFormat.of().formatHex(random);
    AtomicInteger number = new AtomicInteger();
    this.threads =
        Executors.newCachedThreadPool(
            work -> {
              Thread thread = new Thread(work, "dashboard-" + number.incrementAndGet());
              thread.setDaemon(true);
              return thread;
            });
  }

  /**
   * Starts to serve.
   *
   * @throws WrongUseException in one line, if the port is in use
   */
  static DashboardServer open(DashboardConfig config) {
    DashboardServer dashboard = new DashboardServer(listen(config.port()));
    TableQueries tables = new TableQueries(config.output());
    AuditFigures audit = new AuditFigures(tables, config.contracts());
    LetterFigures letters = new LetterFigures(tables, config.contracts());
    LetterDetail letter = new LetterDetail(tables, config.contracts());
    RollupFigures rollups = new RollupFigures(tables, config.contracts());
    AlertFigures alerts = new AlertFigures(tables, config.contracts());
    RunFigures run = new RunFigures(config.metrics());
    ApiHandler api =
        new ApiHandler(
            dashboard.key,
            Map.of(
                "overview", query -> Overview.of(config),
                "run", query -> run.answer(),
                "audit", query -> audit.answer(query.range()),
                "rollup", rollups::answer,
                "letters", query -> letters.summary(query.range()),
                "letters/list", letters::list,
                "letter", letter::answer,
                "alerts", query -> alerts.answer(query.range())));
    dashboard.server.createContext(ApiHandler.PATH, RequestGuard.before(api));
    dashboard.server.createContext("/", RequestGuard.before(PageFiles.load()));
    dashboard.server.setExecutor(dashboard.threads);
    dashboard.server.start();
    return dashboard;
  }

  private static HttpServer listen(int port) {
    try {
      return HttpServer.create(
          new InetSocketAddress(InetAddress.getByAddress(new byte[] {127, 0, 0, 1}), port), 0);
    } catch (IOException e) {
      throw new WrongUseException(
          "--port: cannot listen on %s:%d (%s). Choose another port, or 0 for any free one"
              .formatted(LOOPBACK, port, e.getMessage()));
    }
  }

  /** The key that each question needs. It is another one with each start. */
  String key() {
    return key;
  }

  /** The address that opens the page with its key. The part behind # is not sent to the server. */
  String link() {
    return address() + "#key=" + key;
  }

  /** The address of the page. */
  String address() {
    return "http://" + LOOPBACK + ":" + server.getAddress().getPort() + "/";
  }

  @Override
  public void close() {
    server.stop(0);
    List<Runnable> unused = threads.shutdownNow();
  }
}
