package io.millrace.flink.client;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.stream.StreamSupport;

/**
 * Sends requests to Flink's REST API and parses the JSON responses. Every failure is a {@link
 * FlinkClientException} with a message of one line, which contains Flink's cause.
 */
final class FlinkHttp {
  private static final ObjectMapper MAPPER =
      new ObjectMapper().disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES);

  /** Longer than Flink's own timeout, because a job's main method runs within a request. */
  private static final Duration LIMIT = Duration.ofMinutes(2);

  private final HttpClient client =
      HttpClient.newBuilder()
          .version(HttpClient.Version.HTTP_1_1)
          .connectTimeout(Duration.ofSeconds(5))
          .build();
  private final String address;

  FlinkHttp(String address) {
    this.address = address;
  }

  String address() {
    return address;
  }

  /** Maps a response to a record. */
  static <T> T as(Class<T> type, JsonNode node) {
    return MAPPER.convertValue(node, type);
  }

  /** Maps an array of a response to records. */
  static <T> List<T> list(Class<T> type, JsonNode array) {
    return StreamSupport.stream(array.spliterator(), false).map(node -> as(type, node)).toList();
  }

  JsonNode get(String path) {
    return send("GET", path, BodyPublishers.noBody(), "", LIMIT);
  }

  JsonNode get(String path, Duration limit) {
    return send("GET", path, BodyPublishers.noBody(), "", limit);
  }

  JsonNode post(String path, JsonNode body) {
    return send("POST", path, BodyPublishers.ofString(body.toString()), "application/json", LIMIT);
  }

  JsonNode patch(String path) {
    return send("PATCH", path, BodyPublishers.noBody(), "", LIMIT);
  }

  JsonNode delete(String path) {
    return send("DELETE", path, BodyPublishers.noBody(), "", LIMIT);
  }

  /** Uploads a file as the only part of a form. */
  JsonNode upload(String path, Path file) {
    String boundary = "millrace-" + Long.toHexString(System.nanoTime());
    String head =
        "--%s\r\nContent-Disposition: form-data; name=\"jarfile\"; filename=\"%s\"\r\nContent-Type:"
                .formatted(boundary, file.getFileName().toString().replace('"', '_'))
            + " application/x-java-archive\r\n\r\n";
    try {
      return send(
          "POST",
          path,
          BodyPublishers.concat(
              BodyPublishers.ofString(head),
              BodyPublishers.ofFile(file),
              BodyPublishers.ofString("\r\n--" + boundary + "--\r\n")),
          "multipart/form-data; boundary=" + boundary,
          LIMIT);
    } catch (FileNotFoundException e) {
      throw new FlinkClientException("cannot read " + file + ": " + e.getMessage(), e);
    }
  }

  private JsonNode send(
      String method, String path, BodyPublisher body, String contentType, Duration limit) {
    String what = "flink at " + address + ": " + method + " " + path.split("\\?", 2)[0] + ": ";
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create(address + path)).timeout(limit).method(method, body);
    if (!contentType.isEmpty()) {
      request.header("Content-Type", contentType);
    }
    try {
      HttpResponse<String> response =
          client.send(request.build(), BodyHandlers.ofString(StandardCharsets.UTF_8));
      JsonNode answer = MAPPER.readTree(response.body().isBlank() ? "{}" : response.body());
      if (response.statusCode() >= 400) {
        throw new FlinkClientException(what + response.statusCode() + ": " + cause(answer));
      }
      return answer;
    } catch (JsonProcessingException e) {
      throw new FlinkClientException(
          what + "the response is not JSON. Check that the address is a Flink REST API", e);
    } catch (IOException e) {
      String reason = e.getMessage() == null ? "" : " (" + e.getMessage() + ")";
      throw new FlinkClientException(
          what + "no response: " + e.getClass().getSimpleName() + reason, e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new FlinkClientException(what + "interrupted", e);
    }
  }

  private static String cause(JsonNode answer) {
    StringBuilder all = new StringBuilder();
    answer.path("errors").forEach(error -> all.append(error.asText()).append('\n'));
    return summary(all.toString());
  }

  /**
   * Summarizes a stack trace in one line: the innermost cause, else the first line that names an
   * exception, else the first line. Omits package names.
   */
  static String summary(String trace) {
    String deepest = "";
    String named = "";
    String first = "";
    for (String line : trace.lines().map(String::strip).filter(l -> !l.isEmpty()).toList()) {
      if (line.startsWith("Caused by: ")) {
        deepest = line.substring("Caused by: ".length());
      } else if (named.isEmpty() && line.matches("[\\w.$]+(Exception|Error)(:.*)?")) {
        named = line;
      } else if (first.isEmpty()
          && !line.startsWith("at ")
          && !line.toLowerCase(Locale.ROOT).contains("exception on server side")) {
        first = line;
      }
    }
    String best = deepest.isEmpty() ? named.isEmpty() ? first : named : deepest;
    return best.isEmpty() ? "no reason given" : best.replaceFirst("^([\\w$]+\\.)+(?=[A-Z])", "");
  }
}
