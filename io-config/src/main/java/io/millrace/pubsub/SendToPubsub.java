package io.millrace.pubsub;

import com.google.api.services.pubsub.Pubsub;
import io.millrace.deadletter.DeadLetterOutput;
import io.millrace.deadletter.SendWithRetry;
import io.millrace.event.DeadLetter;
import io.millrace.io.SourceAddress;
import io.millrace.io.flags.Urls;
import java.io.IOException;
import java.util.List;
import org.apache.beam.sdk.options.PipelineOptionsFactory;
import org.apache.beam.sdk.transforms.PTransform;
import org.apache.beam.sdk.values.PCollection;
import org.checkerframework.checker.nullness.qual.Nullable;

/**
 * Sends dead letters to a Pub/Sub topic as {@link PubsubMessages}.
 *
 * @param project the project's id
 * @param topic the topic's name
 * @param emulator {@code host:port} of an emulator to use instead of Google; null: none
 */
record SendToPubsub(String project, String topic, @Nullable String emulator)
    implements DeadLetterOutput {
  /** Parses a URL as {@link PubsubConnector#parseDeadLetters} does. */
  static SendToPubsub parse(String text, @Nullable String emulator) {
    String rest = text.substring(PubsubAddress.SCHEME.length());
    if (rest.indexOf('@') >= 0) {
      throw new IllegalArgumentException(
          "user and password must not appear in the URL; expected pubsub://project/topic");
    }
    int slash = rest.indexOf('/');
    if (slash <= 0
        || !PubsubAddress.isName(rest.substring(slash + 1))
        || !Urls.isGoogleProject(rest.substring(0, slash))) {
      throw new IllegalArgumentException(
          ("`%s`: expected pubsub://project/topic: a project id, and a topic of 3 to 255"
                  + " letters, digits and -._~+%%, starting with a letter")
              .formatted(text));
    }
    return new SendToPubsub(rest.substring(0, slash), rest.substring(slash + 1), emulator);
  }

  @Override
  public String kind() {
    return "pubsub";
  }

  @Override
  public String address() {
    return PubsubAddress.SCHEME + project + "/" + topic;
  }

  String path() {
    return "projects/" + project + "/topics/" + topic;
  }

  @Override
  public List<String> check() {
    try {
      Pubsub client = PubsubConnection.open(PipelineOptionsFactory.create(), emulator);
      return PubsubTopicCheck.check(client, project, topic);
    } catch (IOException e) {
      return List.of(PubsubTopicCheck.where(project, topic) + ": " + e.getMessage());
    }
  }

  /** False, because the topic of a subscription is not known here. */
  @Override
  public boolean isReadBy(SourceAddress input) {
    return false;
  }

  @Override
  public PTransform<PCollection<DeadLetter>, PCollection<DeadLetter>> send(String sink) {
    String to = path();
    String at = emulator;
    return SendWithRetry.of(
        SendWithRetry.Config.of(
            address(),
            options -> new PubsubSender(() -> PubsubConnection.open(options, at), to, sink)));
  }
}
