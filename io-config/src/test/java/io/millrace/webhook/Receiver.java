package io.millrace.webhook;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.List;

/** A receiver of alerts on this computer, whose answers a test decides. */
final class Receiver implements AutoCloseable {
  private static final ObjectMapper JSON = new ObjectMapper();

  private final HttpServer server;
  private final Deque<Integer> answers = new ArrayDeque<>();

  /** The accepted alerts, in order. */
  final List<JsonNode> alerts = Collections.synchronizedList(new ArrayList<>());

  /** The header Authorization of each request, and the path. */
  final List<String> requests = Collections.synchronizedList(new ArrayList<>());

  Receiver() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext(
        "/",
        exchange -> {
          JsonNode body = JSON.readTree(exchange.getRequestBody());
          requests.add(
              exchange.getRequestHeaders().getFirst("Authorization")
                  + " "
                  + exchange.getRequestURI());
          int status = next();
          if (status == 200) {
            body.forEach(alerts::add);
          }
          exchange.sendResponseHeaders(status, -1);
          exchange.close();
        });
    server.start();
  }

  private synchronized int next() {
    return answers.isEmpty() ? 200 : answers.poll();
  }

  /** The statuses of the next answers; after them 200. */
  synchronized Receiver answers(int... statuses) {
    for (int status : statuses) {
      answers.add(status);
    }
    return this;
  }

  String url() {
    return "http://127.0.0.1:" + server.getAddress().getPort();
  }

  @Override
  public void close() {
    server.stop(0);
  }
}
