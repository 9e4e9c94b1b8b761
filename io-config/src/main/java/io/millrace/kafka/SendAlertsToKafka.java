package io.millrace.kafka;

import io.millrace.alerting.AlertSender;
import io.millrace.alerting.AlertTarget;
import io.millrace.io.SourceAddress;
import io.millrace.kafka.client.ClientProperties;
import java.util.List;

/**
 * Sends changes of alerts to a Kafka topic: JSON, keyed by contract, alert and group, so that the
 * changes of one alert and group are in one partition and in order.
 *
 * @param target the brokers and one topic
 */
record SendAlertsToKafka(KafkaAddress target) implements AlertTarget {
  /** Parses a URL as {@link KafkaConnector#parseAlerts} does. */
  static SendAlertsToKafka parse(String text) {
    return new SendAlertsToKafka(SendToKafka.parse(text).target());
  }

  SendAlertsToKafka withClient(ClientProperties settings) {
    return new SendAlertsToKafka(target.withClient(settings));
  }

  @Override
  public String kind() {
    return "kafka";
  }

  @Override
  public String address() {
    return target.toString();
  }

  @Override
  public List<String> check() {
    return KafkaTopicCheck.checkForAlerts(target);
  }

  @Override
  public boolean isReadBy(SourceAddress input) {
    return new SendToKafka(target).isReadBy(input);
  }

  @Override
  public AlertSender.Factory senders() {
    KafkaAddress to = target;
    return options -> new KafkaAlertSender(to);
  }
}
