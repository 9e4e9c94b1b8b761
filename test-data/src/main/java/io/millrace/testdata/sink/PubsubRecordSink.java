package io.millrace.testdata.sink;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.Base64;
import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;

/**
 * Publishes records to a Pub/Sub topic. The value becomes the data and the headers become
 * attributes. The attribute {@value #TIMESTAMP} holds the record time in epoch milliseconds. A
 * reader with this timestamp attribute gets the outcomes of the manifest. By publish time, a record
 * may fall into a later minute, because it is published up to a second later.
 *
 * <p>The topic has one partition and no order. If a response is lost, the sink fails and does not
 * retry. So the topic has no duplicates beyond those of the manifest.
 */
public final class PubsubRecordSink implements RecordSink {
  /** The attribute that holds the record time. */
  public static final String TIMESTAMP = "ts";

  /** The scheme of an address. */
  public static final String SCHEME = "pubsub://";

  private static final String SERVICE = "https://pubsub.googleapis.com";
  private static final Duration TIMEOUT = Duration.ofSeconds(30);
  private static final int ACK_DEADLINE_SECONDS = 60;

  /** Pub/Sub accepts 1000 messages and 10 MB in a request. */
  private static final int MAX_MESSAGES = 500;

  private static final int MAX_CHARS = 4 << 20;
  private static final ObjectMapper JSON = new ObjectMapper();

  private final HttpClient http =
      HttpClient.newBuilder()
          .version(HttpClient.Version.HTTP_1_1)
          .connectTimeout(Duration.ofSeconds(10))
          .build();
  private final String root;
  private final Optional<Supplier<String>> token;
  private final String topic;
  private ArrayNode messages = JSON.createArrayNode();
  private long chars;

  private PubsubRecordSink(String root, Optional<Supplier<String>> token, String topic) {
    this.root = root;
    this.token = token;
    this.topic = topic;
  }

  /**
   * Opens a topic of an emulator. Creates a missing topic, and a subscription with the same name.
   * Messages published without a subscription are never delivered.
   *
   * @param url {@code pubsub://project/topic}
   * @param emulator {@code host:port}
   * @throws IllegalArgumentException if the URL is invalid
   * @throws IllegalStateException if the emulator does not answer or returns an error
   */
  public static PubsubRecordSink atEmulator(String url, String emulator) {
    return open(url, "http://" + emulator, Optional.empty());
  }

  /**
   * Opens a topic of Google Cloud, otherwise like {@link #atEmulator}.
   *
   * @param token supplies an access token for each request
   */
  public static PubsubRecordSink atGoogle(String url, Supplier<String> token) {
    return open(url, SERVICE, Optional.of(token));
  }

  private static PubsubRecordSink open(String url, String root, Optional<Supplier<String>> token) {
    String rest = url.startsWith(SCHEME) ? url.substring(SCHEME.length()) : "";
    int slash = rest.indexOf('/');
    if (slash <= 0 || slash == rest.length() - 1 || rest.indexOf('/', slash + 1) >= 0) {
      throw new IllegalArgumentException(
          "expected a Pub/Sub topic pubsub://project/topic, found '" + url + "'");
    }
    String project = "projects/" + rest.substring(0, slash);
    String name = rest.substring(slash + 1);
    PubsubRecordSink sink = new PubsubRecordSink(root, token, project + "/topics/" + name);
    try {
      sink.create(sink.topic, JSON.createObjectNode());
      sink.create(
          project + "/subscriptions/" + name,
          JSON.createObjectNode()
              .put("topic", sink.topic)
              .put("ackDeadlineSeconds", ACK_DEADLINE_SECONDS));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while connecting to " + root, e);
    } catch (UncheckedIOException e) {
      throw new IllegalStateException(e.getMessage(), e);
    }
    return sink;
  }

  @Override
  public int partitions() {
    return 1;
  }

  /** Pub/Sub does not distinguish a tombstone from an empty message. */
  @Override
  public Set<MalformedKind> malformedKinds() {
    return EnumSet.complementOf(EnumSet.of(MalformedKind.TOMBSTONE));
  }

  @Override
  public void send(GeneratedRecord record) throws InterruptedException {
    ObjectNode message = messages.addObject();
    String data = Base64.getEncoder().encodeToString(record.value());
    message.put("data", data);
    ObjectNode attributes = message.putObject("attributes");
    record.headers().forEach(attributes::put);
    attributes.put(TIMESTAMP, Long.toString(record.recordTimeMillis()));
    chars += data.length();
    if (messages.size() >= MAX_MESSAGES || chars >= MAX_CHARS) {
      flush();
    }
  }

  @Override
  public void flush() throws InterruptedException {
    if (messages.isEmpty()) {
      return;
    }
    ObjectNode request = JSON.createObjectNode();
    request.set("messages", messages);
    int sent = messages.size();
    messages = JSON.createArrayNode();
    chars = 0;
    HttpResponse<String> answer = call("POST", topic + ":publish", request);
    int taken = answer.statusCode() == 200 ? ids(answer.body()) : -1;
    if (taken != sent) {
      throw failed(topic, answer);
    }
  }

  private static int ids(String body) {
    try {
      JsonNode ids = JSON.readTree(body).path("messageIds");
      return ids.size();
    } catch (IOException e) {
      return -1;
    }
  }

  @Override
  public void close() {
    // The HTTP client frees its connections when it is garbage collected.
  }

  private void create(String path, ObjectNode what) throws InterruptedException {
    HttpResponse<String> answer = call("PUT", path, what);
    if (answer.statusCode() != 200 && answer.statusCode() != 409) {
      throw failed(path, answer);
    }
  }

  private HttpResponse<String> call(String method, String path, ObjectNode body)
      throws InterruptedException {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create(root + "/v1/" + path.replace("%", "%25")))
            .timeout(TIMEOUT)
            .header("Content-Type", "application/json")
            .method(method, BodyPublishers.ofString(body.toString()));
    token.ifPresent(t -> request.header("Authorization", "Bearer " + t.get()));
    try {
      return http.send(request.build(), BodyHandlers.ofString());
    } catch (IOException e) {
      String reason = e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage();
      throw new UncheckedIOException(
          "Cannot connect to Pub/Sub at " + root + " (" + reason + "). Check that it is running.",
          e);
    }
  }

  private IllegalStateException failed(String path, HttpResponse<String> answer) {
    String reason;
    try {
      reason = JSON.readTree(answer.body()).path("error").path("message").asText();
    } catch (IOException e) {
      reason = "the server is not Pub/Sub";
    }
    return new IllegalStateException(
        "Pub/Sub at %s rejected the request for %s (HTTP status %s): %s"
            .formatted(root, path, answer.statusCode(), reason.replace('\n', ' ')));
  }
}
