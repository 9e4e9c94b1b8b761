package io.millrace.local.clickhouse.facade;

import com.sun.net.httpserver.Headers;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Recognizes requests that a web page sends. Listening on 127.0.0.1 does not keep those out: a
 * browser on this computer sends them, and some of them without asking first.
 *
 * <ul>
 *   <li>{@code Host} must be a name of this computer's loopback interface. A page whose own host
 *       name resolves to 127.0.0.1 (DNS rebinding) sends that name. The port may be any: a tunnel
 *       or a proxy has another.
 *   <li>{@code Origin}, which no other client sends, must be the address that the request goes to.
 *   <li>{@code Sec-Fetch-Site}, if there, must not say that another site sent the request.
 * </ul>
 */
final class ForeignRequest {
  private static final Set<String> LOOPBACK = Set.of("127.0.0.1", "localhost", "[::1]");

  private ForeignRequest() {}

  /** Why the request is refused; empty if it is not foreign. */
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
