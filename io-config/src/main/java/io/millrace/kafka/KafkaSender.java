package io.millrace.kafka;

import io.millrace.deadletter.DeadLetterJson;
import io.millrace.deadletter.DeadLetterMetadata;
import io.millrace.deadletter.Sender;
import io.millrace.event.DeadLetter;
import io.millrace.event.SourceRecord;
import io.millrace.event.SourceRecord.Header;
import io.millrace.kafka.client.ClientProperties.Client;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.AuthenticationException;
import org.apache.kafka.common.errors.AuthorizationException;
import org.apache.kafka.common.errors.InvalidTopicException;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.checkerframework.checker.nullness.qual.Nullable;

/**
 * Sends dead letters to a topic and waits for the brokers' acknowledgements. A dead letter that is
 * too large for the brokers is sent as {@link DeadLetterJson} in smaller parts, so nothing is lost
 * and none waits indefinitely.
 */
final class KafkaSender implements Sender {
  /** Less than half of the brokers' default limit, with room for headers. */
  static final int FIRST_PART_BYTES = 400_000;

  /** Smallest part size. A topic with a lower limit cannot accept dead letters. */
  static final int SMALLEST_PART_BYTES = 1_000;

  private static final int REQUEST_TIMEOUT_MS = 5_000;
  private static final int DELIVERY_TIMEOUT_MS = 10_000;

  private final KafkaAddress target;
  private final String sink;
  private int partBytes = FIRST_PART_BYTES;
  private @Nullable Producer<byte[], byte[]> producer;

  /**
   * Creates a sender. Connects with the first send.
   *
   * @param target the brokers and one topic
   */
  KafkaSender(KafkaAddress target, String sink) {
    this.target = target;
    this.sink = sink;
  }

  static Producer<byte[], byte[]> producer(KafkaAddress target) {
    Map<String, Object> settings = new HashMap<>(target.client().resolved(Client.PRODUCER));
    settings.put(ProducerConfig.BOOTSTRAP_SERVERS_CONFIG, target.bootstrapServers());
    settings.put(ProducerConfig.ACKS_CONFIG, "all");
    settings.put(ProducerConfig.ENABLE_IDEMPOTENCE_CONFIG, true);
    settings.put(ProducerConfig.REQUEST_TIMEOUT_MS_CONFIG, REQUEST_TIMEOUT_MS);
    settings.put(ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG, DELIVERY_TIMEOUT_MS);
    settings.put(ProducerConfig.MAX_BLOCK_MS_CONFIG, REQUEST_TIMEOUT_MS);
    settings.put(ProducerConfig.RECONNECT_BACKOFF_MAX_MS_CONFIG, 1_000);
    // Kafka's client 3.9 splits a rejected batch by this size and resends it unchanged if it fits,
    // without end. So a batch of several records must be below any topic's limit; a single record
    // may exceed it.
    settings.put(ProducerConfig.BATCH_SIZE_CONFIG, SMALLEST_PART_BYTES);
    // The brokers enforce the limit, not the client. buffer.memory bounds the client's memory.
    settings.put(ProducerConfig.MAX_REQUEST_SIZE_CONFIG, Integer.MAX_VALUE);
    return new KafkaProducer<>(settings, new ByteArraySerializer(), new ByteArraySerializer());
  }

  @Override
  public Unsent send(List<DeadLetter> letters) throws InterruptedException {
    List<DeadLetter> unsent = new ArrayList<>();
    Exception why = null;
    List<Exception> failures = attempt(letters.stream().map(this::whole).toList());
    for (int i = 0; i < letters.size(); i++) {
      Exception failure = failures.get(i);
      boolean goesOn = why == null || why instanceof RecordTooLargeException;
      if (failure instanceof RecordTooLargeException && goesOn) {
        failure = sendInParts(letters.get(i));
      }
      if (failure != null) {
        why = why == null ? failure : why;
        unsent.add(letters.get(i));
      }
    }
    if (why == null) {
      return Unsent.NONE;
    }
    if (!(why instanceof RecordTooLargeException)) {
      // Some failures make a producer unusable.
      close();
    }
    return new Unsent(unsent, reason(why), isOperators(why));
  }

  /**
   * The failure of each record; null if it was acknowledged. Records that were not sent have the
   * failure of the last one sent.
   */
  private List<Exception> attempt(List<ProducerRecord<byte[], byte[]>> records)
      throws InterruptedException {
    List<Future<RecordMetadata>> futures = new ArrayList<>();
    Exception broken = null;
    try {
      if (producer == null) {
        producer = producer(target);
      }
      for (ProducerRecord<byte[], byte[]> record : records) {
        Future<RecordMetadata> future = producer.send(record);
        futures.add(future);
        // Without topic metadata, every further send would block until its timeout.
        if (future.isDone() && !(failure(future) instanceof RecordTooLargeException)) {
          broken = failure(future);
          if (broken != null) {
            break;
          }
        }
      }
      producer.flush();
    } catch (KafkaException | IllegalArgumentException e) {
      // Kafka's failure, or a secret that cannot be read. Both may be fixed while letters wait.
      broken = e;
    }
    List<Exception> failures = new ArrayList<>();
    for (int i = 0; i < records.size(); i++) {
      failures.add(i < futures.size() ? failure(futures.get(i)) : broken);
    }
    return failures;
  }

  static @Nullable Exception failure(Future<RecordMetadata> future) throws InterruptedException {
    try {
      future.get();
      return null;
    } catch (ExecutionException e) {
      return e.getCause() instanceof Exception cause ? cause : e;
    }
  }

  /** Sends a dead letter in parts, and halves their size until the brokers accept them. */
  private @Nullable Exception sendInParts(DeadLetter letter) throws InterruptedException {
    byte[] line = DeadLetterJson.of(letter, sink);
    int bytes = partBytes;
    while (true) {
      List<byte[]> parts = DeadLetterJson.parts(line, bytes);
      Exception failure = null;
      // One at a time, to keep only one part in memory.
      for (int i = 0; i < parts.size() && failure == null; i++) {
        failure = attempt(List.of(part(letter, parts.get(i), i + 1, parts.size()))).get(0);
      }
      if (failure == null) {
        partBytes = bytes;
        return null;
      }
      if (!(failure instanceof RecordTooLargeException) || bytes <= SMALLEST_PART_BYTES) {
        return failure;
      }
      bytes = Math.max(SMALLEST_PART_BYTES, bytes / 2);
    }
  }

  private String topic() {
    return target.topics().get(0);
  }

  private ProducerRecord<byte[], byte[]> whole(DeadLetter letter) {
    SourceRecord origin = letter.origin();
    ProducerRecord<byte[], byte[]> record =
        new ProducerRecord<>(topic(), null, null, origin.key(), origin.value());
    for (Header header : DeadLetterMetadata.ownHeaders(origin)) {
      record.headers().add(header.name(), header.value());
    }
    addMetadata(letter, record);
    return record;
  }

  /** All parts have the dead letter's id as key, so they are in one partition and in order. */
  private ProducerRecord<byte[], byte[]> part(
      DeadLetter letter, byte[] bytes, int number, int count) {
    byte[] key = DeadLetterMetadata.id(letter, sink).getBytes(StandardCharsets.UTF_8);
    ProducerRecord<byte[], byte[]> record = new ProducerRecord<>(topic(), null, null, key, bytes);
    addMetadata(letter, record);
    add(DeadLetterMetadata.FORMAT, DeadLetterMetadata.JSON, record);
    add(DeadLetterMetadata.PART, number + "/" + count, record);
    return record;
  }

  private void addMetadata(DeadLetter letter, ProducerRecord<byte[], byte[]> record) {
    DeadLetterMetadata.of(letter, sink).forEach((name, value) -> add(name, value, record));
  }

  private static void add(String name, String value, ProducerRecord<byte[], byte[]> record) {
    record.headers().add(name, value.getBytes(StandardCharsets.UTF_8));
  }

  static String reason(Exception e) {
    String message = e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage();
    return e instanceof RecordTooLargeException
        ? ("the topic rejects messages of %s bytes plus headers -> increase its"
                + " max.message.bytes")
            .formatted(SMALLEST_PART_BYTES)
        : message.replace('\n', ' ');
  }

  static boolean isOperators(Exception e) {
    return e instanceof AuthorizationException
        || e instanceof AuthenticationException
        || e instanceof InvalidTopicException
        || e instanceof RecordTooLargeException
        || e instanceof IllegalArgumentException;
  }

  @Override
  public void close() {
    if (producer != null) {
      producer.close(Duration.ZERO);
      producer = null;
    }
  }
}
