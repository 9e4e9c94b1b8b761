package io.millrace.pubsub;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.contains;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.empty;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.greaterThan;
import static org.hamcrest.Matchers.hasEntry;
import static org.hamcrest.Matchers.hasSize;
import static org.hamcrest.Matchers.is;

import com.google.api.services.pubsub.Pubsub;
import com.google.api.services.pubsub.model.AcknowledgeRequest;
import com.google.api.services.pubsub.model.PubsubMessage;
import com.google.api.services.pubsub.model.PullRequest;
import com.google.api.services.pubsub.model.ReceivedMessage;
import io.millrace.deadletter.DeadLetterJson;
import io.millrace.deadletter.DeadLetterMetadata;
import io.millrace.deadletter.Sender.Unsent;
import io.millrace.event.DeadLetter;
import io.millrace.event.DeadLetterCoder;
import io.millrace.fixtures.TestDeadLetters;
import io.millrace.local.pubsub.LocalPubsub;
import java.io.ByteArrayOutputStream;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.beam.sdk.options.PipelineOptionsFactory;
import org.apache.beam.sdk.testing.PAssert;
import org.apache.beam.sdk.testing.TestPipeline;
import org.apache.beam.sdk.testing.TestPipelineExtension;
import org.apache.beam.sdk.transforms.Create;
import org.apache.beam.sdk.values.PCollection;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

@ExtendWith(TestPipelineExtension.class)
class SendToPubsubIT {
  private static final String PROJECT = "test-project";

  @TempDir private static Path directory;
  private static LocalPubsub pubsub;

  @BeforeAll
  static void startEmulator() {
    Optional<String> why = LocalPubsub.whyTestsCannotRun();
    Assumptions.assumeTrue(why.isEmpty(), why.orElse(""));
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

  private static SendToPubsub to(String topic) {
    return SendToPubsub.parse("pubsub://" + PROJECT + "/" + topic, pubsub.address());
  }

  private static PubsubSender sender(String topic) {
    String emulator = pubsub.address();
    return new PubsubSender(
        () -> PubsubConnection.open(PipelineOptionsFactory.create(), emulator),
        "projects/" + PROJECT + "/topics/" + topic,
        "");
  }

  private static List<PubsubMessage> messages(String topic, int count) throws Exception {
    Pubsub client = PubsubConnection.open(PipelineOptionsFactory.create(), pubsub.address());
    String subscription = "projects/" + PROJECT + "/subscriptions/" + topic + "-all";
    List<PubsubMessage> messages = new ArrayList<>();
    long deadline = System.nanoTime() + Duration.ofSeconds(60).toNanos();
    while (messages.size() < count && System.nanoTime() < deadline) {
      List<ReceivedMessage> some =
          client
              .projects()
              .subscriptions()
              .pull(subscription, new PullRequest().setMaxMessages(1000))
              .execute()
              .getReceivedMessages();
      if (some != null) {
        some.forEach(m -> messages.add(m.getMessage()));
        client
            .projects()
            .subscriptions()
            .acknowledge(
                subscription,
                new AcknowledgeRequest()
                    .setAckIds(some.stream().map(ReceivedMessage::getAckId).toList()))
            .execute();
      }
    }
    return messages;
  }

  @Test
  void bytesAndHeadersArriveAsTheyWere(TestPipeline pipeline) throws Exception {
    createTopic("intact");
    assertThat(to("intact").check(), empty());
    List<DeadLetter> letters = new ArrayList<>(TestDeadLetters.numbers(700));
    letters.add(TestDeadLetters.of(700, null, null, List.of()));
    PCollection<DeadLetter> sent =
        pipeline
            .apply(Create.of(letters).withCoder(DeadLetterCoder.of()))
            .apply(to("intact").send(""));
    PAssert.that(sent).containsInAnyOrder(letters);
    pipeline.run().waitUntilFinish();

    Map<String, PubsubMessage> byId = new HashMap<>();
    List<PubsubMessage> messages = messages("intact", 701);
    messages.forEach(m -> byId.put(m.getAttributes().get(DeadLetterMetadata.ID), m));
    assertThat(messages, hasSize(701));
    assertThat(byId.size(), is(701));
    for (DeadLetter letter : TestDeadLetters.numbers(700)) {
      PubsubMessage message = byId.get("queries/2@" + letter.origin().offset());
      assertThat(message.decodeData(), equalTo(letter.origin().value()));
      assertThat(message.getAttributes(), hasEntry("trace", "abc"));
      assertThat(message.getAttributes(), hasEntry("millrace-dead-letter-code", "malformed_json"));
    }
    assertThat(
        byId.get("queries/2@700").getAttributes(), hasEntry(DeadLetterMetadata.TOMBSTONE, "true"));
  }

  @Test
  void whatIsTooLargeGoesInPartsThatTogetherAreAllOfIt() throws Exception {
    createTopic("large");
    DeadLetter large = TestDeadLetters.of(5, null, new byte[10_500_000], List.of());
    assertThat(sender("large").send(List.of(TestDeadLetters.number(1), large)).letters(), empty());
    List<PubsubMessage> parts =
        new ArrayList<>(
            messages("large", 5).stream()
                .filter(m -> m.getAttributes().containsKey(DeadLetterMetadata.PART))
                .toList());
    assertThat(parts.size(), greaterThan(2));
    parts.sort(Comparator.comparing(m -> m.getAttributes().get(DeadLetterMetadata.PART)));
    ByteArrayOutputStream joined = new ByteArrayOutputStream();
    parts.forEach(part -> joined.writeBytes(part.decodeData()));
    assertThat(Arrays.equals(joined.toByteArray(), DeadLetterJson.of(large, "")), is(true));
  }

  @Test
  void aTopicThatIsMissingIsNamedAndWaitedFor() throws Exception {
    assertThat(
        to("not-yet").check(),
        contains(
            containsString(
                "dead-letter topic `not-yet` in project `test-project` does not exist: create it"
                    + " with `gcloud pubsub topics create not-yet --project=test-project`")));
    PubsubSender sender = sender("not-yet");
    Unsent unsent = sender.send(TestDeadLetters.numbers(3));
    assertThat(unsent.letters(), hasSize(3));
    assertThat(unsent.operator(), is(true));
    assertThat(unsent.reason(), containsString("404"));
    createTopic("not-yet");
    assertThat(sender.send(unsent.letters()).letters(), empty());
    assertThat(messages("not-yet", 3), hasSize(3));
  }

  @Test
  void aServiceThatDoesNotAnswerIsWaitedFor() {
    PubsubSender nowhere =
        new PubsubSender(
            () -> PubsubConnection.open(PipelineOptionsFactory.create(), "127.0.0.1:1"),
            "projects/test-project/topics/t",
            "");
    Unsent unsent = nowhere.send(TestDeadLetters.numbers(2));
    assertThat(unsent.letters(), hasSize(2));
    assertThat(unsent.operator(), is(false));
    assertThat(
        SendToPubsub.parse("pubsub://test-project/topic", "127.0.0.1:1").check(),
        contains(containsString("Pub/Sub does not answer at http://127.0.0.1:1/")));
  }
}
