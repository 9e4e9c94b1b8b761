package io.millrace.pubsub;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.contains;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.empty;
import static org.hamcrest.Matchers.is;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.google.api.services.pubsub.Pubsub;
import com.google.api.services.pubsub.model.PubsubMessage;
import com.google.api.services.pubsub.model.PullRequest;
import com.google.api.services.pubsub.model.ReceivedMessage;
import io.millrace.alerting.AlertMessage;
import io.millrace.alerting.AlertSender;
import io.millrace.alerting.AlertSender.Unsent;
import io.millrace.contract.Alerts;
import io.millrace.local.pubsub.LocalPubsub;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.beam.sdk.options.PipelineOptionsFactory;
import org.apache.beam.sdk.values.Row;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Changes of alerts in a topic of a real Pub/Sub emulator. */
class SendAlertsToPubsubIT {
  private static final String PROJECT = "test-project";
  private static final Instant FIRED = Instant.parse("2026-03-01T10:05:00Z");

  @TempDir private static Path directory;
  private static LocalPubsub pubsub;

  @BeforeAll
  static void startEmulator() {
    LocalPubsub.whyTestsCannotRun().ifPresent(Assumptions::abort);
    pubsub = LocalPubsub.start(directory);
  }

  @AfterAll
  static void stopEmulator() {
    if (pubsub != null) {
      pubsub.close();
    }
  }

  private static void createTopic(String topic) {
    pubsub.rest().createTopic(PROJECT, topic);
    pubsub.rest().createSubscription(PROJECT, topic, topic + "-all", 60);
  }

  private static SendAlertsToPubsub to(String topic) {
    return new SendAlertsToPubsub(
        SendToPubsub.parse("pubsub://" + PROJECT + "/" + topic, pubsub.address()));
  }

  private static AlertMessage change(String group, String change, String state) {
    Row row =
        Row.withSchema(Alerts.schema())
            .attachValues(
                Arrays.asList(
                    "errors",
                    group,
                    change,
                    FIRED,
                    state,
                    FIRED,
                    false,
                    false,
                    3L,
                    FIRED.minusSeconds(300),
                    FIRED,
                    Map.of("severity", "page"),
                    "9 % failed",
                    FIRED.plusSeconds(2)));
    return AlertMessage.of("calls", row);
  }

  /** The messages of a topic by their id. */
  private static Map<String, PubsubMessage> messages(String topic, int count) throws Exception {
    Pubsub client = PubsubConnection.open(PipelineOptionsFactory.create(), pubsub.address());
    String subscription = "projects/" + PROJECT + "/subscriptions/" + topic + "-all";
    Map<String, PubsubMessage> byId = new TreeMap<>();
    long deadline = System.nanoTime() + Duration.ofSeconds(60).toNanos();
    while (byId.size() < count && System.nanoTime() < deadline) {
      List<ReceivedMessage> some =
          client
              .projects()
              .subscriptions()
              .pull(subscription, new PullRequest().setMaxMessages(100))
              .execute()
              .getReceivedMessages();
      if (some != null) {
        some.forEach(m -> byId.put(m.getMessage().getAttributes().get("id"), m.getMessage()));
      }
    }
    return byId;
  }

  @Test
  void changesArriveWithTheirColumnsAndAttributes() throws Exception {
    createTopic("changes");
    assertThat(to("changes").check(), empty());
    try (AlertSender sender = to("changes").senders().open(PipelineOptionsFactory.create())) {
      List<AlertMessage> changes =
          List.of(change("[\"a\"]", "firing", "firing"), change("[\"a\"]", "resolved", "inactive"));
      assertThat(sender.send(changes).messages(), empty());
    }
    Map<String, PubsubMessage> byId = messages("changes", 2);
    String id = "calls/errors/[\"a\"]/2026-03-01T10:05:00Z/firing";
    assertThat(
        List.copyOf(byId.keySet()),
        contains(id, "calls/errors/[\"a\"]/2026-03-01T10:05:00Z/resolved"));
    assertThat(
        byId.get(id).getAttributes(),
        is(Map.of("id", id, "contract", "calls", "alert", "errors", "state", "firing")));
    JsonNode json = new ObjectMapper().readTree(byId.get(id).decodeData());
    assertThat(json.path("id").asText(), is(id));
    assertThat(json.path("change").asText(), is("firing"));
    assertThat(json.path("revision").asLong(), is(3L));
    assertThat(json.at("/labels/severity").asText(), is("page"));
    assertThat(json.path("firing_since").asText(), is("2026-03-01T10:05:00Z"));
  }

  @Test
  void aTopicThatIsMissingIsNamedAndWaitedFor() throws Exception {
    assertThat(
        to("later").check(),
        contains(
            containsString("topic of alerts `later` in project `test-project` does not exist")));
    List<AlertMessage> changes = List.of(change("[\"b\"]", "firing", "firing"));
    try (AlertSender sender = to("later").senders().open(PipelineOptionsFactory.create())) {
      Unsent unsent = sender.send(changes);
      assertThat(unsent.messages(), is(changes));
      assertThat(unsent.operator(), is(true));
      assertThat(unsent.reason(), containsString("404"));
      createTopic("later");
      assertThat(sender.send(unsent.messages()).messages(), empty());
    }
    assertThat(messages("later", 1).size(), is(1));
  }

  @Test
  void aServiceThatDoesNotAnswerIsWaitedFor() throws Exception {
    SendAlertsToPubsub nowhere =
        new SendAlertsToPubsub(SendToPubsub.parse("pubsub://test-project/topic", "127.0.0.1:1"));
    try (AlertSender sender = nowhere.senders().open(PipelineOptionsFactory.create())) {
      Unsent unsent = sender.send(List.of(change("[]", "firing", "firing")));
      assertThat(unsent.messages().size(), is(1));
      assertThat(unsent.operator(), is(false));
    }
  }
}
