package io.millrace.local.clickhouse.facade;

import com.sun.net.httpserver.Headers;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Detects requests from web pages. A browser on this computer can send them to 127.0.0.1, some
 * without a CORS preflight.
 *
 * <ul>
 *   <li>{@code Host} must name the loopback interface. With DNS rebinding, a page sends its own
 *       host name. Any port is valid, because a tunnel or proxy may use another.
 *   <li>{@code Origin}, which only browsers send, must be the request's own address.
 *   <li>{@code Sec-Fetch-Site} must not name another site.
 * </ul>
 */
final class ForeignRequest {
  private static final Set<String> LOOPBACK = Set.of("127.0.0.1", "localhost", "[::1]");

  private ForeignRequest() {}

  /** The reason for a rejection; empty if the request is allowed. */
  static Optional<String> reason(Headers headers) {
    List<String> hosts = headers.getOrDefault("Host", List.of());
    if (hosts.size() != 1 || !LOOPBACK.contains(name(hosts.get(0)))) {
      return Optional.of(
          "The header Host does not name this computer: use http://127.0.0.1 or http://localhost");
    }
    String self = "http://" + hosts.get(0).strip();
    if (!headers.getOrDefault("Origin", List.of()).stream().allMatch(self::equalsIgnoreCase)) {
      return Optional.of("Requests of web pages are refused (header Origin)");
    }
    if (!headers.getOrDefault("Sec-Fetch-Site", List.of()).stream()
        .allMatch(site -> site.equals("same-origin") || site.equals("none"))) {
      return Optional.of("Requests of web pages are refused (header Sec-Fetch-Site)");
    }
    return Optional.empty();
  }

  private static String name(String host) {
    String lower = host.strip().toLowerCase(java.util.Locale.ROOT);
    int colon = lower.lastIndexOf(':');
    return colon > lower.lastIndexOf(']') ? lower.substring(0, colon) : lower;
  }
}
