package io.millrace.local.pubsub;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.millrace.local.process.LocalStackException;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;

/**
 * A client of Pub/Sub's REST API for an emulator. Failing methods throw {@link
 * LocalStackException}.
 */
public final class PubsubRest {
  private static final Duration TIMEOUT = Duration.ofSeconds(20);
  private static final ObjectMapper JSON = new ObjectMapper();

  private final HttpClient http =
      HttpClient.newBuilder()
          .version(HttpClient.Version.HTTP_1_1)
          .connectTimeout(Duration.ofSeconds(5))
          .build();
  private final String root;

  private PubsubRest(String root) {
    this.root = root;
  }

  /** The emulator at {@code host:port}. */
  public static PubsubRest at(String address) {
    return new PubsubRest("http://" + address);
  }

  /**
   * A message.
   *
   * @param data its bytes
   * @param orderingKey empty for none
   */
  public record Message(byte[] data, Map<String, String> attributes, String orderingKey) {}

  /**
   * A delivered message.
   *
   * @param ackId for its acknowledgment
   */
  public record Delivered(String ackId, String messageId, byte[] data) {}

  boolean answers() {
    try {
      return http.send(
                  HttpRequest.newBuilder(URI.create(root)).timeout(Duration.ofSeconds(3)).build(),
                  BodyHandlers.discarding())
              .statusCode()
          == 200;
    } catch (IOException e) {
      return false;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  /** Creates a topic. */
  public void createTopic(String project, String topic) {
    call("PUT", topicPath(project, topic), JSON.createObjectNode());
  }

  /** Creates a subscription with an acknowledgment deadline in seconds. */
  public void createSubscription(
      String project, String topic, String subscription, int ackDeadlineSeconds) {
    call(
        "PUT",
        subscriptionPath(project, subscription),
        JSON.createObjectNode()
            .put("topic", topicPath(project, topic))
            .put("ackDeadlineSeconds", ackDeadlineSeconds));
  }

  /**
   * Publishes messages.
   *
   * @return their ids, in the same order
   */
  public List<String> publish(String project, String topic, List<Message> messages) {
    ObjectNode request = JSON.createObjectNode();
    ArrayNode list = request.putArray("messages");
    for (Message message : messages) {
      ObjectNode node = list.addObject();
      node.put("data", Base64.getEncoder().encodeToString(message.data));
      message.attributes.forEach(node.putObject("attributes")::put);
      if (!message.orderingKey.isEmpty()) {
        node.put("orderingKey", message.orderingKey);
      }
    }
    List<String> ids = new ArrayList<>();
    call("POST", topicPath(project, topic) + ":publish", request)
        .path("messageIds")
        .forEach(id -> ids.add(id.asText()));
    return ids;
  }

  /** Pulls messages from a subscription; returns immediately if there are none. */
  public List<Delivered> pull(String project, String subscription, int max) {
    JsonNode answer =
        call(
            "POST",
            subscriptionPath(project, subscription) + ":pull",
            JSON.createObjectNode().put("maxMessages", max).put("returnImmediately", true));
    List<Delivered> messages = new ArrayList<>();
    for (JsonNode received : answer.path("receivedMessages")) {
      JsonNode message = received.path("message");
      messages.add(
          new Delivered(
              received.path("ackId").asText(),
              message.path("messageId").asText(),
              Base64.getDecoder().decode(message.path("data").asText())));
    }
    return messages;
  }

  /** Changes the redelivery time of delivered messages; 0 redelivers immediately. */
  public void modifyAckDeadline(
      String project, String subscription, List<String> ackIds, int seconds) {
    ObjectNode request = JSON.createObjectNode().put("ackDeadlineSeconds", seconds);
    ackIds.forEach(request.putArray("ackIds")::add);
    call("POST", subscriptionPath(project, subscription) + ":modifyAckDeadline", request);
  }

  private static String topicPath(String project, String topic) {
    return "projects/" + project + "/topics/" + topic;
  }

  private static String subscriptionPath(String project, String subscription) {
    return "projects/" + project + "/subscriptions/" + subscription;
  }

  private JsonNode call(String method, String path, JsonNode body) {
    HttpRequest request =
        HttpRequest.newBuilder(URI.create(root + "/v1/" + path))
            .timeout(TIMEOUT)
            .header("Content-Type", "application/json")
            .method(method, BodyPublishers.ofString(body.toString()))
            .build();
    try {
      HttpResponse<String> answer = http.send(request, BodyHandlers.ofString());
      if (answer.statusCode() != 200) {
        throw new LocalStackException(
            path + " at " + root + ": " + answer.statusCode() + " " + answer.body().strip());
      }
      return JSON.readTree(answer.body());
    } catch (IOException e) {
      throw new LocalStackException(path + " at " + root + ": " + e.getMessage(), e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new LocalStackException("interrupted while calling " + root, e);
    }
  }
}
