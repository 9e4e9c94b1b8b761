package io.millrace.kafka;

import io.millrace.deadletter.DeadLetterMetadata;
import io.millrace.deadletter.DeadLetterOutput;
import io.millrace.deadletter.SendWithRetry;
import io.millrace.event.DeadLetter;
import io.millrace.io.SourceAddress;
import io.millrace.kafka.client.ClientProperties;
import java.util.List;
import org.apache.beam.sdk.transforms.PTransform;
import org.apache.beam.sdk.values.PCollection;

/**
 * Sends dead letters to a Kafka topic. A message has the record's original key, value and headers,
 * and the headers of {@link DeadLetterMetadata}. Millrace and any other consumer can read the
 * topic. The message time is the time of sending, so that the topic's retention begins then.
 *
 * @param target the brokers and one topic
 */
record SendToKafka(KafkaAddress target) implements DeadLetterOutput {
  /** Parses a URL as {@link KafkaConnector#parseDeadLetters} does. */
  static SendToKafka parse(String text) {
    KafkaAddress address = KafkaAddress.parse(text);
    if (address.topics().size() != 1) {
      throw new IllegalArgumentException(
          "`" + text + "`: expected one topic, found " + address.topics().size());
    }
    if (address.filter().hasPatterns()) {
      throw new IllegalArgumentException("`" + text + "`: expected a topic, found a pattern");
    }
    return new SendToKafka(address);
  }

  SendToKafka withClient(ClientProperties settings) {
    return new SendToKafka(target.withClient(settings));
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
    return KafkaTopicCheck.check(target);
  }

  private String topic() {
    return target.topics().get(0);
  }

  @Override
  public boolean isReadBy(SourceAddress input) {
    return input instanceof KafkaAddress read
        && read.topics().contains(topic())
        && target.sharesBrokers(read);
  }

  @Override
  public PTransform<PCollection<DeadLetter>, PCollection<DeadLetter>> send(String sink) {
    KafkaAddress to = target;
    return SendWithRetry.of(
        SendWithRetry.Config.of(address(), options -> new KafkaSender(to, sink)));
  }
}
