package io.millrace.pubsub;

import com.google.api.services.pubsub.Pubsub;
import com.google.api.services.pubsub.model.PublishRequest;
import com.google.api.services.pubsub.model.PublishResponse;
import com.google.api.services.pubsub.model.PubsubMessage;
import io.millrace.alerting.AlertMessage;
import io.millrace.alerting.AlertSender;
import io.millrace.contract.Alerts;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.checkerframework.checker.nullness.qual.Nullable;

/** Publishes changes of alerts; the message ids in the answer are the acknowledgement. */
final class PubsubAlertSender implements AlertSender {
  private final PubsubConnection.Opener opener;
  private final String topic;
  private @Nullable Pubsub client;

  /** Creates a sender to {@code projects/…/topics/…}. */
  PubsubAlertSender(PubsubConnection.Opener opener, String topic) {
    this.opener = opener;
    this.topic = topic;
  }

  @Override
  public Unsent send(List<AlertMessage> messages) {
    try {
      if (client == null) {
        client = opener.open();
      }
      PublishResponse answer =
          client
              .projects()
              .topics()
              .publish(
                  topic,
                  new PublishRequest()
                      .setMessages(messages.stream().map(PubsubAlertSender::message).toList()))
              .execute();
      int ids = answer.getMessageIds() == null ? 0 : answer.getMessageIds().size();
      return ids == messages.size()
          ? Unsent.NONE
          : new Unsent(messages, "acknowledged " + ids + " of " + messages.size(), false);
    } catch (IOException e) {
      return new Unsent(messages, PubsubSender.reason(e), PubsubSender.isOperators(e));
    }
  }

  private static PubsubMessage message(AlertMessage message) {
    return new PubsubMessage()
        .encodeData(message.toText().getBytes(StandardCharsets.UTF_8))
        .setAttributes(
            Map.of(
                "id", message.id(),
                "contract", message.text("contract"),
                "alert", message.text(Alerts.ALERT),
                "state", message.text(Alerts.STATE)));
  }

  @Override
  public void close() {}
}
