package io.millrace.cli.dashboard;

import static java.nio.charset.StandardCharsets.US_ASCII;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpHandler;
import io.millrace.pipeline.WrongUseException;
import java.io.IOException;
import java.security.MessageDigest;
import java.util.Map;

/**
 * Answers questions of the page as JSON. What goes wrong is an object with one line as {@code
 * problem}: status 401 without the key, 400 if the question is wrong, and 503 if ClickHouse cannot
 * answer it.
 */
final class ApiHandler implements HttpHandler {
  static final String PATH = "/api/";

  /** The header with the key. Pages of other sites cannot send it. */
  static final String KEY = "X-Millrace-Key";

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final int OK = 200;
  private static final int WRONG = 400;
  private static final int WITHOUT_KEY = 401;
  private static final int NOT_FOUND = 404;
  private static final int UNAVAILABLE = 503;

  private final byte[] key;
  private final Map<String, Question> questions;

  /** Answers one kind of question. */
  @FunctionalInterface
  interface Question {
    /**
     * The answer.
     *
     * @throws IllegalArgumentException in one line, if a parameter is missing or invalid
     * @throws WrongUseException in one line, if ClickHouse does not respond or rejects a query
     */
    JsonNode answer(ApiQuery query);
  }

  /**
   * A handler.
   *
   * @param key what the header {@link #KEY} of each question must hold
   */
  ApiHandler(String key, Map<String, Question> questions) {
    this.key = key.getBytes(US_ASCII);
    this.questions = questions;
  }

  @Override
  public void handle(HttpExchange exchange) throws IOException {
    String given = exchange.getRequestHeaders().getFirst(KEY);
    if (given == null || !MessageDigest.isEqual(key, given.getBytes(US_ASCII))) {
      send(
          exchange,
          WITHOUT_KEY,
          problem("The key is missing or old. Open the address that the command has printed"));
      return;
    }
    String path = exchange.getRequestURI().getPath();
    Question question = questions.get(path.substring(PATH.length()));
    if (question == null) {
      send(exchange, NOT_FOUND, problem("there is no such question: " + path));
      return;
    }
    JsonNode answer;
    try {
      answer = question.answer(ApiQuery.parse(exchange.getRequestURI().getRawQuery()));
    } catch (WrongUseException e) {
      send(exchange, UNAVAILABLE, problem(e.getMessage()));
      return;
    } catch (IllegalArgumentException e) {
      send(exchange, WRONG, problem(String.valueOf(e.getMessage())));
      return;
    }
    send(exchange, OK, answer);
  }

  private static JsonNode problem(String line) {
    return JsonNodeFactory.instance.objectNode().put("problem", line);
  }

  private static void send(HttpExchange exchange, int status, JsonNode answer) throws IOException {
    byte[] body = JSON.writeValueAsBytes(answer);
    exchange.getResponseHeaders().set("Content-Type", "application/json");
    exchange.sendResponseHeaders(status, body.length);
    exchange.getResponseBody().write(body);
  }
}
