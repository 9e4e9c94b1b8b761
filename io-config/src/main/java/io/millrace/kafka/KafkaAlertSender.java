package io.millrace.kafka;

import io.millrace.alerting.AlertMessage;
import io.millrace.alerting.AlertSender;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Future;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.KafkaException;
import org.checkerframework.checker.nullness.qual.Nullable;

/** Sends changes of alerts to a topic and waits for the brokers' acknowledgements. */
final class KafkaAlertSender implements AlertSender {
  /** Header with the id of the change: equal for a message that is sent twice. */
  static final String ID = "millrace-alert-id";

  private final KafkaAddress target;
  private @Nullable Producer<byte[], byte[]> producer;

  /**
   * Creates a sender. Connects with the first send.
   *
   * @param target the brokers and one topic
   */
  KafkaAlertSender(KafkaAddress target) {
    this.target = target;
  }

  @Override
  public Unsent send(List<AlertMessage> messages) throws InterruptedException {
    List<Future<RecordMetadata>> futures = new ArrayList<>();
    Exception broken = null;
    try {
      if (producer == null) {
        producer = KafkaSender.producer(target);
      }
      for (AlertMessage message : messages) {
        Future<RecordMetadata> future = producer.send(record(message));
        futures.add(future);
        // Without topic metadata, every further send would block until its timeout.
        if (future.isDone() && KafkaSender.failure(future) != null) {
          break;
        }
      }
      producer.flush();
    } catch (KafkaException | IllegalArgumentException e) {
      // Kafka's failure, or a secret that cannot be read. Both may be fixed while changes wait.
      broken = e;
    }
    List<AlertMessage> unsent = new ArrayList<>();
    for (int i = 0; i < messages.size(); i++) {
      Exception failure = i < futures.size() ? KafkaSender.failure(futures.get(i)) : broken;
      broken = broken == null ? failure : broken;
      if (failure != null || i >= futures.size()) {
        unsent.add(messages.get(i));
      }
    }
    if (broken == null) {
      return Unsent.NONE;
    }
    // Some failures make a producer unusable.
    close();
    return new Unsent(unsent, KafkaSender.reason(broken), KafkaSender.isOperators(broken));
  }

  private ProducerRecord<byte[], byte[]> record(AlertMessage message) {
    ProducerRecord<byte[], byte[]> record =
        new ProducerRecord<>(
            target.topics().get(0), null, null, bytes(message.key()), bytes(message.toText()));
    record.headers().add(ID, bytes(message.id()));
    return record;
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  @Override
  public void close() {
    if (producer != null) {
      producer.close(Duration.ZERO);
      producer = null;
    }
  }
}
