package io.millrace.verify;

import io.millrace.clickhouse.client.ClickHouseConfig;
import io.millrace.pipeline.WrongUseException;
import io.millrace.security.Tls;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.stream.Stream;
import javax.net.ssl.SSLException;

/**
 * Asks ClickHouse over HTTP. What goes wrong is a {@link WrongUseException} in one line: the
 * address, the user and the tables are what its user has named.
 */
public final class ClickHouseQueries {
  private final HttpClient http;
  private final ClickHouseConfig config;

  /** Queries to a database; user and password are resolved with each. */
  public ClickHouseQueries(ClickHouseConfig config) {
    this.config = config;
    try {
      this.http = HttpClient.newBuilder().sslContext(Tls.context(config.caFile())).build();
    } catch (IllegalArgumentException e) {
      throw new WrongUseException("ClickHouse: " + e.getMessage());
    }
  }

  /** Hands over the answer's rows one by one, the columns parted by tabs. */
  public void rows(String sql, Consumer<String[]> rows) {
    String user = secret(config.user()::resolve);
    HttpRequest.Builder request =
        HttpRequest.newBuilder(
                URI.create(
                    config.endpoint()
                        + "/?database="
                        + URLEncoder.encode(config.database(), StandardCharsets.UTF_8)))
            .timeout(config.answerTimeout())
            .header("X-ClickHouse-Format", "TabSeparatedRaw")
            .header("Authorization", basic(user))
            .POST(HttpRequest.BodyPublishers.ofString(sql));
    try {
      HttpResponse<Stream<String>> response =
          http.send(request.build(), HttpResponse.BodyHandlers.ofLines());
      try (Stream<String> lines = response.body()) {
        if (response.statusCode() != 200) {
          throw new WrongUseException(
              "ClickHouse at "
                  + config.endpoint()
                  + " refused a query: "
                  + config.user().hide(user, lines.findFirst().orElse("no reason given")));
        }
        lines.forEach(line -> rows.accept(line.split("\t", -1)));
      }
    } catch (SSLException e) {
      throw new WrongUseException(
          "ClickHouse at "
              + config.endpoint()
              + ": "
              + Tls.explain(e, URI.create(config.endpoint()).getHost(), config.caFile()));
    } catch (IOException | UncheckedIOException e) {
      throw new WrongUseException(
          "ClickHouse at " + config.endpoint() + " does not answer (" + e.getMessage() + ")");
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new WrongUseException("interrupted while asking ClickHouse");
    }
  }

  /** As a header of its own a password could only be ASCII, and would be told if it is not. */
  private String basic(String user) {
    String password = config.password() == null ? "" : secret(config.password()::resolve);
    return "Basic "
        + Base64.getEncoder()
            .encodeToString((user + ":" + password).getBytes(StandardCharsets.UTF_8));
  }

  private static String secret(Supplier<String> resolve) {
    try {
      return resolve.get();
    } catch (IllegalArgumentException e) {
      throw new WrongUseException("ClickHouse: " + e.getMessage());
    }
  }

  /** The answer's rows. */
  public List<String[]> rows(String sql) {
    List<String[]> rows = new ArrayList<>();
    rows(sql, rows::add);
    return rows;
  }

  /** The answer's only value, a whole number. */
  public long number(String sql) {
    return Long.parseLong(rows(sql).get(0)[0]);
  }

  /** A text between quotes. */
  static String literal(String text) {
    return "'" + text.replace("\\", "\\\\").replace("'", "\\'") + "'";
  }
}
