package io.millrace.sink.clickhouse;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.URLDecoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/** Stands between a client and ClickHouse's HTTP interface and keeps what goes over the wire. */
final class RecordingProxy implements AutoCloseable {
  /** What a proxy says itself; and the server here knows one user only. */
  private static final Set<String> OWN =
      Set.of(
          "authorization",
          "connection",
          "content-length",
          "expect",
          "host",
          "transfer-encoding",
          "upgrade",
          "x-clickhouse-key",
          "x-clickhouse-user");

  private final String server;
  private final HttpServer proxy;
  private final ExecutorService threads = Executors.newCachedThreadPool();
  private final HttpClient client =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
  private final List<Exchange> exchanges = new CopyOnWriteArrayList<>();

  /**
   * A question and its answer.
   *
   * @param query what stands after the address, decoded
   * @param headers names in small letters
   * @param text the statement, as far as it is readable
   */
  record Exchange(
      String query, TreeMap<String, String> headers, String text, int bodyBytes, int status) {
    boolean isInsert() {
      String all = (query + text).toUpperCase(Locale.ROOT);
      return all.contains("INSERT INTO");
    }

    @Override
    public String toString() {
      return query + "\n" + headers + "\n" + bodyBytes + " bytes -> " + status;
    }
  }

  RecordingProxy(String server) throws IOException {
    this.server = server;
    proxy = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    proxy.setExecutor(threads);
    proxy.createContext("/", this::handle);
    proxy.start();
  }

  String address() {
    return "http://127.0.0.1:" + proxy.getAddress().getPort();
  }

  /** The INSERTs so far. */
  List<Exchange> inserts() {
    return exchanges.stream().filter(Exchange::isInsert).toList();
  }

  List<Exchange> all() {
    return List.copyOf(exchanges);
  }

  private void handle(HttpExchange exchange) throws IOException {
    try (exchange) {
      byte[] body = exchange.getRequestBody().readAllBytes();
      String query = exchange.getRequestURI().getRawQuery();
      HttpRequest.Builder request =
          HttpRequest.newBuilder(URI.create(server + exchange.getRequestURI()))
              .method(exchange.getRequestMethod(), HttpRequest.BodyPublishers.ofByteArray(body));
      TreeMap<String, String> headers = new TreeMap<>();
      exchange
          .getRequestHeaders()
          .forEach(
              (name, values) -> {
                headers.put(name.toLowerCase(Locale.ROOT), String.join(",", values));
                if (!OWN.contains(name.toLowerCase(Locale.ROOT))) {
                  values.forEach(value -> request.header(name, value));
                }
              });
      HttpResponse<byte[]> answer =
          client.send(request.build(), HttpResponse.BodyHandlers.ofByteArray());
      exchanges.add(
          new Exchange(
              query == null ? "" : URLDecoder.decode(query, StandardCharsets.UTF_8),
              headers,
              new String(body, 0, Math.min(body.length, 500), StandardCharsets.ISO_8859_1),
              body.length,
              answer.statusCode()));
      answer
          .headers()
          .map()
          .forEach(
              (name, values) -> {
                if (!OWN.contains(name.toLowerCase(Locale.ROOT))) {
                  exchange.getResponseHeaders().put(name, values);
                }
              });
      byte[] out = answer.body();
      exchange.sendResponseHeaders(answer.statusCode(), out.length == 0 ? -1 : out.length);
      if (out.length > 0) {
        exchange.getResponseBody().write(out);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @Override
  public void close() {
    proxy.stop(0);
    threads.shutdownNow();
  }
}
