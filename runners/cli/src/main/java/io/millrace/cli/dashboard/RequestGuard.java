package io.millrace.cli.dashboard;

import com.sun.net.httpserver.Headers;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpHandler;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.checkerframework.checker.nullness.qual.Nullable;

/**
 * Lets only requests pass that read and that come from this computer's own page.
 *
 * <ul>
 *   <li>The method must be GET.
 *   <li>{@code Host} must name the loopback interface: with DNS rebinding, a foreign page sends its
 *       own host name. Any port is valid, because a tunnel may use another.
 *   <li>{@code Origin} and {@code Sec-Fetch-Site} must not name another site. A link from elsewhere
 *       may open the page itself, but not read its figures.
 * </ul>
 *
 * <p>Each answer tells the browser to load nothing from elsewhere, to run no script in the page's
 * text, and to show the page in no frame.
 */
final class RequestGuard {
  static final String POLICY =
      "default-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

  private static final Set<String> LOOPBACK =
      Set.of(DashboardServer.LOOPBACK, "localhost", "[::1]");
  private static final int FORBIDDEN = 403;
  private static final int NOT_ALLOWED = 405;

  private RequestGuard() {}

  /** A handler that passes allowed requests on. */
  static HttpHandler before(HttpHandler next) {
    return exchange -> {
      try (exchange) {
        Headers answer = exchange.getResponseHeaders();
        answer.set("Content-Security-Policy", POLICY);
        answer.set("X-Content-Type-Options", "nosniff");
        answer.set("Referrer-Policy", "no-referrer");
        answer.set("Cross-Origin-Resource-Policy", "same-origin");
        answer.set("Cache-Control", "no-store");
        String foreign = foreign(exchange.getRequestHeaders(), exchange.getRequestURI().getPath());
        if (foreign != null) {
          refuse(exchange, FORBIDDEN, foreign);
        } else if (!exchange.getRequestMethod().equals("GET")) {
          answer.set("Allow", "GET");
          refuse(exchange, NOT_ALLOWED, "The dashboard only reads: use GET");
        } else {
          next.handle(exchange);
        }
      }
    };
  }

  /** Why a request is refused; null if it is allowed. */
  static @Nullable String foreign(Headers headers, String path) {
    List<String> hosts = headers.getOrDefault("Host", List.of());
    if (hosts.size() != 1 || !LOOPBACK.contains(name(hosts.get(0)))) {
      return "The header Host does not name this computer: use http://127.0.0.1 or"
          + " http://localhost";
    }
    String self = "http://" + hosts.get(0).strip();
    boolean own =
        headers.getOrDefault("Origin", List.of()).stream().allMatch(self::equalsIgnoreCase);
    boolean mayLink = !path.startsWith(ApiHandler.PATH);
    boolean near =
        headers.getOrDefault("Sec-Fetch-Site", List.of()).stream()
            .allMatch(
                site ->
                    site.equals("same-origin")
                        || site.equals("none")
                        || (mayLink && isLink(headers)));
    return own && near ? null : "Other web pages may not read the dashboard";
  }

  private static boolean isLink(Headers headers) {
    return "navigate".equals(headers.getFirst("Sec-Fetch-Mode"));
  }

  private static String name(String host) {
    String lower = host.strip().toLowerCase(Locale.ROOT);
    int colon = lower.lastIndexOf(':');
    return colon > lower.lastIndexOf(']') ? lower.substring(0, colon) : lower;
  }

  private static void refuse(HttpExchange exchange, int status, String why) throws IOException {
    byte[] line = (why + "\n").getBytes(StandardCharsets.UTF_8);
    exchange.getResponseHeaders().set("Content-Type", "text/plain; charset=utf-8");
    boolean head = exchange.getRequestMethod().equals("HEAD");
    exchange.sendResponseHeaders(status, head ? -1 : line.length);
    if (!head) {
      exchange.getResponseBody().write(line);
    }
  }
}
