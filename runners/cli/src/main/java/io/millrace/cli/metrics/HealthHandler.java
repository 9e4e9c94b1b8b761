package io.millrace.cli.metrics;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpHandler;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.function.Supplier;
import org.checkerframework.checker.nullness.qual.Nullable;

/** Answers 200 if a run is healthy, otherwise 503, with one line of text. */
final class HealthHandler implements HttpHandler {
  private static final int OK = 200;
  private static final int UNAVAILABLE = 503;

  private final Supplier<@Nullable String> problem;

  /**
   * Creates the handler.
   *
   * @param problem gives one line; null if the run is healthy
   */
  HealthHandler(Supplier<@Nullable String> problem) {
    this.problem = problem;
  }

  @Override
  public void handle(HttpExchange exchange) throws IOException {
    try (exchange) {
      String found = problem.get();
      byte[] line = ((found == null ? "healthy" : found) + "\n").getBytes(StandardCharsets.UTF_8);
      exchange.getResponseHeaders().set("Content-Type", "text/plain; charset=utf-8");
      boolean head = exchange.getRequestMethod().equals("HEAD");
      exchange.sendResponseHeaders(found == null ? OK : UNAVAILABLE, head ? -1 : line.length);
      if (!head) {
        exchange.getResponseBody().write(line);
      }
    }
  }
}
