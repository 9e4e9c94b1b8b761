package io.millrace.cli.dashboard;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.is;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;

/** Asks a dashboard as its page does. */
final class ApiClient {
  private static final ObjectMapper JSON = new ObjectMapper();

  private final HttpClient http = HttpClient.newHttpClient();
  private final String address;
  private final String key;

  ApiClient(DashboardServer server) {
    this(server.address(), server.key());
  }

  /**
   * A client of a server.
   *
   * @param address ends with a slash
   */
  ApiClient(String address, String key) {
    this.address = address;
    this.key = key;
  }

  HttpResponse<String> send(String method, String path, String... headers)
      throws IOException, InterruptedException {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create(address + path))
            .method(method, HttpRequest.BodyPublishers.noBody())
            .header(ApiHandler.KEY, key);
    if (headers.length > 0) {
      request.headers(headers);
    }
    return http.send(request.build(), BodyHandlers.ofString());
  }

  /**
   * The answer to a question.
   *
   * @param parameters names and values by turns
   */
  JsonNode ask(String question, Object... parameters) throws IOException, InterruptedException {
    HttpResponse<String> answer = send("GET", path(question, parameters));
    assertThat(answer.body(), answer.statusCode(), is(200));
    return JSON.readTree(answer.body());
  }

  /** The status and the problem of a question that is not answered. */
  String refused(String question, Object... parameters) throws IOException, InterruptedException {
    HttpResponse<String> answer = send("GET", path(question, parameters));
    return answer.statusCode() + " " + JSON.readTree(answer.body()).path("problem").asText();
  }

  static String path(String question, Object... parameters) {
    StringBuilder path = new StringBuilder("api/").append(question).append('?');
    for (int i = 0; i < parameters.length; i += 2) {
      path.append(parameters[i])
          .append('=')
          .append(URLEncoder.encode(String.valueOf(parameters[i + 1]), StandardCharsets.UTF_8))
          .append('&');
    }
    return path.toString();
  }
}
