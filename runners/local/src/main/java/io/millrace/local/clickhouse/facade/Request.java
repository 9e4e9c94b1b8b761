package io.millrace.local.clickhouse.facade;

import com.sun.net.httpserver.Headers;
import com.sun.net.httpserver.HttpExchange;
import io.millrace.local.clickhouse.sql.Sql;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;

/**
 * One HTTP request with its parsed parameters and headers.
 *
 * @param method GET, POST, ...
 * @param path of the URL
 * @param parameters all URL parameters, decoded, in order
 * @param headers as sent
 * @param queryId the client's, or a generated one
 */
record Request(
    String method, String path, Map<String, String> parameters, Headers headers, String queryId) {

  /** Parameters that are not settings. */
  private static final Set<String> RESERVED =
      Set.of(
          "query",
          "query_id",
          "database",
          "default_format",
          "user",
          "password",
          "quota_key",
          "role",
          "compress",
          "decompress",
          "session_id",
          "session_timeout",
          "session_check",
          "close_session",
          "stacktrace",
          "buffer_size",
          "wait_end_of_query",
          "client_protocol_version");

  static Request of(HttpExchange exchange) throws ServerError {
    Map<String, String> parameters = new LinkedHashMap<>();
    String query = exchange.getRequestURI().getRawQuery();
    if (query != null && !query.isEmpty()) {
      for (String pair : query.split("&", -1)) {
        int equals = pair.indexOf('=');
        String name = decode(equals < 0 ? pair : pair.substring(0, equals));
        String value = equals < 0 ? "" : decode(pair.substring(equals + 1));
        // Repeated query parameters are concatenated, as in ClickHouse.
        parameters.merge(name, value, (a, b) -> name.equals("query") ? a + b : b);
      }
    }
    String id = parameters.getOrDefault("query_id", "");
    if (id.isEmpty()) {
      String header = exchange.getRequestHeaders().getFirst("X-ClickHouse-Query-Id");
      id = header == null || header.isEmpty() ? UUID.randomUUID().toString() : header;
    }
    return new Request(
        exchange.getRequestMethod(),
        exchange.getRequestURI().getPath(),
        parameters,
        exchange.getRequestHeaders(),
        id);
  }

  private static String decode(String text) throws ServerError {
    try {
      return URLDecoder.decode(text, StandardCharsets.UTF_8);
    } catch (IllegalArgumentException e) {
      throw ServerError.of(36, "BAD_ARGUMENTS", "A URL parameter is not well encoded");
    }
  }

  String parameter(String name) {
    return parameters.getOrDefault(name, "");
  }

  boolean flag(String name) {
    String value = parameter(name);
    return value.equals("1") || value.equalsIgnoreCase("true");
  }

  Optional<String> header(String name) {
    return Optional.ofNullable(headers.getFirst(name)).filter(value -> !value.isEmpty());
  }

  boolean hasOwnQueryId() {
    return parameters.containsKey("query_id") || header("X-ClickHouse-Query-Id").isPresent();
  }

  Optional<String> database() {
    return header("X-ClickHouse-Database")
        .or(() -> Optional.of(parameter("database")).filter(value -> !value.isEmpty()));
  }

  /** The format for a statement that names none; inserted into the SQL. */
  Optional<String> format() throws ServerError {
    Optional<String> format =
        header("X-ClickHouse-Format")
            .or(() -> Optional.of(parameter("default_format")).filter(value -> !value.isEmpty()));
    if (format.isPresent() && !Sql.isPlainName(format.get())) {
      throw ServerError.of(73, "UNKNOWN_FORMAT", "Unknown format " + format.get());
    }
    return format;
  }

  /** GET and HEAD must change nothing, as in ClickHouse. */
  boolean isReadOnly() {
    return method.equals("GET") || method.equals("HEAD");
  }

  /** Settings and {@code param_NAME} values of this request, in order. */
  Map<String, String> settings() {
    Map<String, String> settings = new LinkedHashMap<>(parameters);
    settings.keySet().removeIf(name -> name.isEmpty() || RESERVED.contains(name));
    return settings;
  }
}
