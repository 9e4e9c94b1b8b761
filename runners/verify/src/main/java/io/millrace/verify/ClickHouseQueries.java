package io.millrace.verify;

import io.millrace.clickhouse.client.ClickHouseConfig;
import io.millrace.pipeline.WrongUseException;
import io.millrace.security.Tls;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.ConnectException;
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
 * Queries ClickHouse over HTTP. Failures are {@link WrongUseException}s of one line, because
 * address, user and tables come from the command's flags.
 */
public final class ClickHouseQueries {
  private final HttpClient http;
  private final ClickHouseConfig config;
  private final String settings;

  /** Creates queries on a database; resolves user and password for each query. */
  public ClickHouseQueries(ClickHouseConfig config) {
    this(config, "");
  }

  /** Creates queries with ClickHouse's setting {@code readonly}: the server rejects changes. */
  public static ClickHouseQueries readOnly(ClickHouseConfig config) {
    return new ClickHouseQueries(config, "&readonly=1");
  }

  private ClickHouseQueries(ClickHouseConfig config, String settings) {
    this.config = config;
    this.settings = settings;
    try {
      this.http = HttpClient.newBuilder().sslContext(Tls.context(config.caFile())).build();
    } catch (IllegalArgumentException e) {
      throw new WrongUseException("ClickHouse: " + e.getMessage());
    }
  }

  /** Passes the result's rows to a consumer one by one, split into columns. */
  public void rows(String sql, Consumer<String[]> rows) {
    String user = secret(config.user()::resolve);
    HttpRequest.Builder request =
        HttpRequest.newBuilder(
                URI.create(
                    config.endpoint()
                        + "/?database="
                        + URLEncoder.encode(config.database(), StandardCharsets.UTF_8)
                        + settings))
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
                  + " rejected a query: "
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
          "ClickHouse at " + config.endpoint() + " does not respond (" + reason(e) + ")");
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new WrongUseException("interrupted while querying ClickHouse");
    }
  }

  /** What went wrong in a few words; the JDK's error for a refused connection has no message. */
  private static String reason(Exception e) {
    return e.getMessage() != null
        ? e.getMessage()
        : e instanceof ConnectException ? "connection refused" : e.getClass().getSimpleName();
  }

  /**
   * Basic authentication: a plain header allows only ASCII, and its error would show a password.
   */
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

  public List<String[]> rows(String sql) {
    List<String[]> rows = new ArrayList<>();
    rows(sql, rows::add);
    return rows;
  }

  /** The result's only value, an integer. */
  public long number(String sql) {
    return Long.parseLong(rows(sql).get(0)[0]);
  }

  public boolean hasTable(String table) {
    return number(
            "SELECT count() FROM system.tables WHERE database = currentDatabase() AND name = "
                + literal(table))
        > 0;
  }

  public boolean hasColumn(String table, String column) {
    return number(
            ("SELECT count() FROM system.columns WHERE database = currentDatabase() AND name = %s"
                    + " AND table = %s")
                .formatted(literal(column), literal(table)))
        > 0;
  }

  /** A time in milliseconds since the epoch as SQL writes it. */
  public static String time(long millis) {
    return "fromUnixTimestamp64Milli(toInt64(" + millis + "), 'UTC')";
  }

  /** A text as SQL writes it. */
  public static String literal(String text) {
    return "'" + text.replace("\\", "\\\\").replace("'", "\\'") + "'";
  }
}
