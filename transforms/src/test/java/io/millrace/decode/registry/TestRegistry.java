package io.millrace.decode.registry;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;

/** A schema registry of Confluent's interface, over HTTP. */
public final class TestRegistry implements AutoCloseable {
  private static final ObjectMapper JSON = new ObjectMapper();

  private final HttpServer server;
  private final Map<String, byte[]> answers = new ConcurrentHashMap<>();

  /** The paths that were asked for, with the Authorization header if there was one. */
  public final List<String> requests = Collections.synchronizedList(new ArrayList<>());

  /** Answers with these statuses first. */
  final Queue<Integer> failures = new ArrayDeque<>();

  public TestRegistry() throws IOException {
    this(0);
  }

  TestRegistry(int port) throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 0);
    server.createContext(
        "/",
        exchange -> {
          String authorization = exchange.getRequestHeaders().getFirst("Authorization");
          String path = exchange.getRequestURI().getRawPath();
          requests.add(authorization == null ? path : path + " " + authorization);
          Integer failure = failures.poll();
          byte[] answer = answers.get(path);
          int status = failure != null ? failure : answer == null ? 404 : 200;
          if (answer == null || status != 200) {
            answer =
                (status == 404 && failure == null
                        ? "{\"error_code\":40403,\"message\":\"Schema not found\"}"
                        : "<html>")
                    .getBytes(StandardCharsets.UTF_8);
          }
          exchange.sendResponseHeaders(status, answer.length);
          exchange.getResponseBody().write(answer);
          exchange.close();
        });
    server.start();
  }

  public String url() {
    return "http://127.0.0.1:" + port();
  }

  int port() {
    return server.getAddress().getPort();
  }

  public void put(int id, String type, String schema) throws IOException {
    put("/schemas/ids/" + id, type, schema);
  }

  /**
   * Adds a schema.
   *
   * @param references names of schemas, each also its subject with version 1
   */
  public void put(String path, String type, String schema, String... references)
      throws IOException {
    ObjectNode answer = JSON.createObjectNode().put("schema", schema);
    if (!type.equals("AVRO")) {
      answer.put("schemaType", type);
    }
    for (String name : references) {
      answer
          .withArray("references")
          .addObject()
          .put("name", name)
          .put("subject", name)
          .put("version", 1);
    }
    answers.put(path, JSON.writeValueAsBytes(answer));
  }

  /** A record in the wire format. */
  public static byte[] framed(int id, byte[] data) {
    byte[] bytes = new byte[5 + data.length];
    bytes[1] = (byte) (id >>> 24);
    bytes[2] = (byte) (id >>> 16);
    bytes[3] = (byte) (id >>> 8);
    bytes[4] = (byte) id;
    System.arraycopy(data, 0, bytes, 5, data.length);
    return bytes;
  }

  @Override
  public void close() {
    server.stop(0);
  }
}
