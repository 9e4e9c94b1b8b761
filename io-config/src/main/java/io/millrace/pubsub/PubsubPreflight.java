package io.millrace.pubsub;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.google.auth.oauth2.GoogleCredentials;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.checkerframework.checker.nullness.qual.Nullable;

/**
 * Checks that a subscription exists and may be read. Uses Pub/Sub's REST API with short timeouts,
 * because Beam's client retries for minutes.
 *
 * @param root URL of the service
 * @param login null: without credentials
 */
record PubsubPreflight(PubsubAddress address, String root, @Nullable Login login) {
  private static final String SERVICE = "https://pubsub.googleapis.com";
  private static final String SCOPE = "https://www.googleapis.com/auth/pubsub";
  private static final String CONSUME = "pubsub.subscriptions.consume";
  private static final Duration TIMEOUT = Duration.ofSeconds(5);
  private static final ObjectMapper JSON = new ObjectMapper();

  /** Provides the access token of a request. */
  interface Login {
    String token() throws IOException;
  }

  /** A check of an address at its emulator, or at Google with this user's credentials. */
  static PubsubPreflight of(PubsubAddress address) {
    PubsubEmulator emulator = address.reading().emulator();
    return emulator == null
        ? new PubsubPreflight(address, SERVICE, PubsubPreflight::token)
        : new PubsubPreflight(address, emulator.rootUrl(), null);
  }

  private static String token() throws IOException {
    GoogleCredentials credentials =
        GoogleCredentials.getApplicationDefault().createScoped(List.of(SCOPE));
    credentials.refreshIfExpired();
    return credentials.getAccessToken().getTokenValue();
  }

  List<String> check() {
    String token = null;
    if (login != null) {
      try {
        token = login.token();
      } catch (IOException e) {
        return List.of(noCredentials());
      }
    }
    try {
      return ask(Optional.ofNullable(token));
    } catch (IOException e) {
      return List.of(noAnswer(e));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return List.of("interrupted while waiting for Pub/Sub at " + root);
    }
  }

  private static String noCredentials() {
    String variable = System.getenv("PUBSUB_EMULATOR_HOST");
    return "no credentials for Google Cloud: run `gcloud auth application-default login`, or set"
        + " GOOGLE_APPLICATION_CREDENTIALS to a service account's key file"
        + (variable == null
            ? ""
            : " (PUBSUB_EMULATOR_HOST is ignored: use --pubsubEmulator=" + variable + ")");
  }

  private String noAnswer(IOException e) {
    boolean emulator = address.reading().emulator() != null;
    String reason = e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage();
    return emulator
        ? "no Pub/Sub emulator answers at %s (%s): start it, or correct --pubsubEmulator"
            .formatted(address.reading().emulator().hostPort(), reason)
        : "Pub/Sub does not answer at " + root + " (" + reason + "): check the network";
  }

  private List<String> ask(Optional<String> token) throws IOException, InterruptedException {
    HttpClient http = HttpClient.newBuilder().connectTimeout(TIMEOUT).build();
    HttpResponse<String> found = http.send(request("", token).build(), BodyHandlers.ofString());
    if (found.statusCode() != 200) {
      return List.of(explain(found));
    }
    List<String> problems = new ArrayList<>(delivery(JSON.readTree(found.body())));
    HttpResponse<String> rights =
        http.send(
            request(":testIamPermissions", token)
                .header("Content-Type", "application/json")
                .POST(
                    HttpRequest.BodyPublishers.ofString("{\"permissions\":[\"" + CONSUME + "\"]}"))
                .build(),
            BodyHandlers.ofString());
    // The emulator does not support permissions and answers with an error.
    if (rights.statusCode() == 200 && !rights.body().contains(CONSUME)) {
      problems.add(
          "no permission to read messages of %s: grant roles/pubsub.subscriber on it"
              .formatted(address.path()));
    }
    return problems;
  }

  private HttpRequest.Builder request(String method, Optional<String> token) {
    HttpRequest.Builder request =
        // Of the characters in names, only % has a meaning in a URL.
        HttpRequest.newBuilder(
                URI.create(root + "/v1/" + address.path().replace("%", "%25") + method))
            .timeout(TIMEOUT);
    token.ifPresent(t -> request.header("Authorization", "Bearer " + t));
    return request;
  }

  private String explain(HttpResponse<String> answer) {
    return switch (answer.statusCode()) {
      case 401 -> "Pub/Sub does not accept the credentials: " + noCredentialsRemedy();
      case 403 ->
          ("no permission to read %s, or the project does not exist: grant"
                  + " roles/pubsub.viewer and roles/pubsub.subscriber on it, or correct --input")
              .formatted(address.path());
      case 404 ->
          ("subscription `%s` does not exist in project `%s`: create it with `gcloud"
                  + " pubsub subscriptions create %s --project=%s --topic=TOPIC`, or correct"
                  + " --input")
              .formatted(
                  address.subscription(),
                  address.project(),
                  address.subscription(),
                  address.project());
      default ->
          "%s answers %s for %s: %s"
              .formatted(root, answer.statusCode(), address.path(), message(answer.body()));
    };
  }

  private static String noCredentialsRemedy() {
    return "run `gcloud auth application-default login` again, or fix the file in"
        + " GOOGLE_APPLICATION_CREDENTIALS";
  }

  private static String message(String body) {
    try {
      String text = JSON.readTree(body).path("error").path("message").asText();
      return text.isEmpty() ? "no reason given" : text.replace('\n', ' ');
    } catch (IOException e) {
      return "the answer is not from Pub/Sub";
    }
  }

  /** Problems that prevent an existing subscription from delivering messages. */
  private List<String> delivery(JsonNode subscription) {
    List<String> problems = new ArrayList<>();
    if (!subscription.path("pushConfig").path("pushEndpoint").asText().isEmpty()) {
      problems.add(
          address.path()
              + " pushes its messages to an endpoint, so they cannot be read: create a separate"
              + " subscription for Millrace, with delivery type pull");
    }
    if (subscription.has("bigqueryConfig") || subscription.has("cloudStorageConfig")) {
      problems.add(
          address.path()
              + " exports its messages, so they cannot be read: create a separate subscription"
              + " for Millrace, with delivery type pull");
    }
    if (subscription.path("detached").asBoolean()
        || subscription.path("topic").asText().equals("_deleted-topic_")) {
      problems.add(
          address.path()
              + " has lost its topic and will receive no messages: create the subscription again,"
              + " or correct --input");
    }
    return problems;
  }
}
