package io.millrace.pubsub;

import io.millrace.alerting.AlertSender;
import io.millrace.alerting.AlertTarget;
import io.millrace.io.SourceAddress;
import java.util.List;

/**
 * Sends changes of alerts to a Pub/Sub topic: JSON, with id, contract, alert and state as
 * attributes. Pub/Sub does not keep their order; the time and the revision of a change tell it.
 *
 * @param target the topic
 */
record SendAlertsToPubsub(SendToPubsub target) implements AlertTarget {
  @Override
  public String kind() {
    return "pubsub";
  }

  @Override
  public String address() {
    return target.address();
  }

  @Override
  public List<String> check() {
    return target.check().stream()
        .map(line -> line.replace("dead-letter topic", "topic of alerts"))
        .map(line -> line.replace("dead letters", "alerts").replace("--deadLetters", "--alerts"))
        .toList();
  }

  /** False, because the topic of a subscription is not known here. */
  @Override
  public boolean isReadBy(SourceAddress input) {
    return false;
  }

  @Override
  public AlertSender.Factory senders() {
    String topic = target.path();
    String emulator = target.emulator();
    return options -> new PubsubAlertSender(() -> PubsubConnection.open(options, emulator), topic);
  }
}
