package io.millrace.direct;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Stream;

/** Asks ClickHouse over HTTP, as the default user; for the demo's own stack. */
final class ClickHouseQueries {
  private final HttpClient http = HttpClient.newHttpClient();
  private final URI endpoint;

  ClickHouseQueries(String address, String database) {
    this.endpoint = URI.create(address + "/?database=" + database);
  }

  /** Hands over the answer's rows one by one, the columns parted by tabs. */
  void rows(String sql, Consumer<String[]> rows) {
    HttpRequest request =
        HttpRequest.newBuilder(endpoint)
            .header("X-ClickHouse-Format", "TabSeparatedRaw")
            .POST(HttpRequest.BodyPublishers.ofString(sql))
            .build();
    try {
      HttpResponse<Stream<String>> response =
          http.send(request, HttpResponse.BodyHandlers.ofLines());
      try (Stream<String> lines = response.body()) {
        if (response.statusCode() != 200) {
          throw new IllegalStateException(
              "ClickHouse refused a query: " + lines.findFirst().orElse("no reason given"));
        }
        lines.forEach(line -> rows.accept(line.split("\t", -1)));
      }
    } catch (IOException e) {
      throw new IllegalStateException("ClickHouse does not answer at " + endpoint, e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while asking ClickHouse", e);
    }
  }

  /** The answer's rows. */
  List<String[]> rows(String sql) {
    List<String[]> rows = new java.util.ArrayList<>();
    rows(sql, rows::add);
    return rows;
  }

  /** The answer's only value, a whole number. */
  long number(String sql) {
    return Long.parseLong(rows(sql).get(0)[0]);
  }
}
