package io.millrace.local.clickhouse;

import io.millrace.local.process.Lifetime;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/** A ClickHouse for one test class, and raw HTTP requests to it. */
public final class HttpFixture implements AutoCloseable {
  public final LocalClickHouse server;
  final HttpClient http = HttpClient.newHttpClient();

  public HttpFixture(Path directory) {
    this(directory, "default", "");
  }

  public HttpFixture(Path directory, String user, String password) {
    server =
        LocalClickHouse.create(
            directory,
            0,
            Lifetime.WITH_PARENT,
            user,
            password,
            Optional.empty(),
            false,
            "",
            line -> {});
    server.start();
  }

  /** POST with URL parameters given as name, value, name, value ... */
  public HttpResponse<byte[]> post(byte[] body, String... parameters) {
    return send(
        HttpRequest.newBuilder().POST(HttpRequest.BodyPublishers.ofByteArray(body)), parameters);
  }

  public HttpResponse<byte[]> post(String body, String... parameters) {
    return post(body.getBytes(StandardCharsets.UTF_8), parameters);
  }

  HttpResponse<byte[]> send(HttpRequest.Builder request, String... parameters) {
    StringBuilder uri = new StringBuilder(server.address()).append("/");
    for (int i = 0; i < parameters.length; i += 2) {
      uri.append(i == 0 ? "?" : "&")
          .append(parameters[i])
          .append("=")
          .append(URLEncoder.encode(parameters[i + 1], StandardCharsets.UTF_8));
    }
    try {
      return http.send(
          request.uri(URI.create(uri.toString())).timeout(Duration.ofMinutes(2)).build(),
          BodyHandlers.ofByteArray());
    } catch (IOException e) {
      throw new AssertionError(e);
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  public static String text(HttpResponse<byte[]> response) {
    return new String(response.body(), StandardCharsets.UTF_8);
  }

  static String header(HttpResponse<byte[]> response, String name) {
    return response.headers().firstValue(name).orElse("");
  }

  /** Polls until it holds, for at most 2 minutes. */
  public static void await(String what, BooleanSupplier holds) {
    long deadline = System.nanoTime() + 120_000_000_000L;
    while (!holds.getAsBoolean()) {
      if (System.nanoTime() - deadline > 0) {
        throw new AssertionError("not within 2 minutes: " + what);
      }
      LockSupport.parkNanos(20_000_000);
    }
  }

  @Override
  public void close() {
    server.close();
  }
}
