package io.millrace.kafka;

import io.millrace.deadletter.DeadLetterMetadata;
import io.millrace.deadletter.DeadLetterOutput;
import io.millrace.deadletter.SendWithRetry;
import io.millrace.event.DeadLetter;
import io.millrace.io.SourceAddress;
import java.util.List;
import org.apache.beam.sdk.transforms.PTransform;
import org.apache.beam.sdk.values.PCollection;

/**
 * Dead letters to a topic of Kafka. A message is the record as it was: its bytes, its key, its
 * headers; and the headers of {@link DeadLetterMetadata}. So the topic can be read by Millrace
 * again, and by any consumer. The message's time is when it was sent, not the record's: a topic
 * that keeps messages for a week keeps them for a week from then.
 *
 * @param place the brokers and one topic
 */
public record SendToKafka(KafkaAddress place) implements DeadLetterOutput {
  /**
   * Reads an address.
   *
   * @throws IllegalArgumentException in one line, if the text is none
   */
  static SendToKafka parse(String text) {
    KafkaAddress address = KafkaAddress.parse(text);
    if (address.topics().size() != 1) {
      throw new IllegalArgumentException(
          "`" + text + "`: expected one topic, found " + address.topics().size());
    }
    return new SendToKafka(address);
  }

  @Override
  public String kind() {
    return "kafka";
  }

  @Override
  public String address() {
    return place.toString();
  }

  @Override
  public List<String> check() {
    return KafkaTopicCheck.check(place.bootstrapServers(), topic());
  }

  private String topic() {
    return place.topics().get(0);
  }

  @Override
  public boolean isReadBy(SourceAddress input) {
    return input instanceof KafkaAddress read
        && read.topics().contains(topic())
        && List.of(read.bootstrapServers().split(",", -1)).stream()
            .anyMatch(List.of(place.bootstrapServers().split(",", -1))::contains);
  }

  @Override
  public PTransform<PCollection<DeadLetter>, PCollection<DeadLetter>> send(String sink) {
    String servers = place.bootstrapServers();
    String topic = topic();
    return SendWithRetry.of(
        SendWithRetry.Config.of(address(), options -> KafkaSender.to(servers, topic, sink)));
  }
}
