package io.millrace.cli.kafka;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.Headers;

/**
 * Records that Kafka takes and few producers send: without key, value or header value, empty, with
 * many headers, and as large as the broker and the contract allow; each with what becomes of it.
 */
final class OddRecords {
  /** The contract's default {@code limits.max_bytes}. */
  private static final int MAX_BYTES = 1 << 20;

  /** More than the broker takes; compressed, it takes it. */
  private static final int BEYOND_THE_BROKER = 6_000_000;

  private static final int MANY = 1_000;

  private final String topic;
  private final List<ProducerRecord<byte[], byte[]>> records = new ArrayList<>();

  /** The ids of the valid events. */
  private final List<String> accepted = new ArrayList<>();

  /** The code of each dead letter, by its offset. */
  private final Map<Integer, String> codes = new TreeMap<>();

  OddRecords(String topic) {
    this.topic = topic;
    byte[] binary = {(byte) 0xff, 0, (byte) 0xfe};
    dead("tombstone", "key".getBytes(UTF_8), null)
        .add("none", null)
        .add("none", "x".getBytes(UTF_8));
    dead("tombstone", null, null);
    dead("empty", null, new byte[0]).add("", new byte[0]);
    event("odd-without-key", null).add("none", null);
    event("odd-binary-key", binary).add("binary", binary);
    event("odd-empty-key", new byte[0]);
    Headers many = event("odd-many-headers", null);
    Headers manyOfADeadLetter = dead("not_utf8", binary, binary);
    for (int i = 0; i < MANY; i++) {
      byte[] value = i % 10 == 0 ? null : ("value " + i).getBytes(UTF_8);
      many.add("header-" + i, value);
      manyOfADeadLetter.add("header-" + i, value);
    }
    accepted.add("odd-largest");
    add(null, padded("odd-largest", MAX_BYTES));
    dead("too_large", "large".getBytes(UTF_8), padded("odd-too-large", MAX_BYTES + 1));
    dead("too_large", null, padded("odd-beyond-the-broker", BEYOND_THE_BROKER));
  }

  private Headers event(String id, byte[] key) {
    accepted.add(id);
    return add(key, KafkaTopics.event(id));
  }

  private Headers dead(String code, byte[] key, byte[] value) {
    codes.put(records.size(), code);
    return add(key, value);
  }

  private Headers add(byte[] key, byte[] value) {
    ProducerRecord<byte[], byte[]> record = new ProducerRecord<>(topic, 0, key, value);
    records.add(record);
    return record.headers();
  }

  /** An event of this id and size, by blanks behind it. */
  private static byte[] padded(String id, int bytes) {
    byte[] event = KafkaTopics.event(id);
    byte[] padded = Arrays.copyOf(event, bytes);
    Arrays.fill(padded, event.length - 1, bytes, (byte) ' ');
    padded[bytes - 1] = '}';
    return padded;
  }

  /** Sends the records in order. The producer compresses, see {@link #BEYOND_THE_BROKER}. */
  void send(KafkaProducer<byte[], byte[]> producer) throws Exception {
    for (ProducerRecord<byte[], byte[]> record : records) {
      producer.send(record).get();
    }
  }

  int count() {
    return records.size();
  }

  List<String> accepted() {
    return accepted;
  }

  /** The dead letters as rows of {@link #query}. */
  List<String> deadRows() {
    List<String> rows = new ArrayList<>();
    codes.forEach(
        (offset, code) -> {
          ProducerRecord<byte[], byte[]> record = records.get(offset);
          StringBuilder headers = new StringBuilder();
          for (Header header : record.headers()) {
            headers.append(header.key()).append(header.value() == null ? "-null" : "").append('=');
            headers.append(hex(header.value() == null ? new byte[0] : header.value())).append(' ');
          }
          rows.add(
              offset
                  + "\t"
                  + code
                  + "\t"
                  + (record.key() == null ? "-" : hex(record.key()))
                  + "\t"
                  + (record.value() == null ? "-" : sha256(record.value()))
                  + "\t"
                  + sha256(headers.toString().getBytes(UTF_8)));
        });
    return rows;
  }

  /** Position, code, key, value and headers in a table of dead letters. */
  String query(String table) {
    return ("SELECT offset, code, if(isNull(key), '-', lower(hex(assumeNotNull(key)))),"
            + " if(isNull(value), '-', lower(hex(SHA256(assumeNotNull(value))))),"
            + " lower(hex(SHA256(arrayStringConcat(arrayMap((k, v) -> concat(k, '=',"
            + " lower(hex(v)), ' '), mapKeys(headers), mapValues(headers))))))"
            + " FROM %s WHERE topic = '%s' AND partition = 0 ORDER BY offset")
        .formatted(table, topic);
  }

  /** The dead letters that fit into a message, each as {@link #message} writes it. */
  List<String> deadMessages() {
    List<String> messages = new ArrayList<>();
    codes.forEach(
        (offset, code) -> {
          ProducerRecord<byte[], byte[]> record = records.get(offset);
          if (record.value() == null || record.value().length < BEYOND_THE_BROKER) {
            messages.add(text(offset, code, record.key(), record.value(), record.headers()));
          }
        });
    return messages;
  }

  /** A message of the dead-letter topic: position, code, and the record's own bytes. */
  static String message(ConsumerRecord<byte[], byte[]> message) {
    return text(
        Integer.parseInt(header(message, "millrace-dead-letter-offset")),
        header(message, "millrace-dead-letter-code"),
        message.key(),
        message.value(),
        message.headers());
  }

  static String header(ConsumerRecord<byte[], byte[]> message, String name) {
    Header header = message.headers().lastHeader(name);
    return header == null ? "" : new String(header.value(), UTF_8);
  }

  private static String text(int offset, String code, byte[] key, byte[] value, Headers headers) {
    StringBuilder own = new StringBuilder();
    for (Header header : headers) {
      if (!header.key().startsWith("millrace-")) {
        own.append(header.key()).append('=').append(hex(header.value())).append(' ');
      }
    }
    return offset
        + " "
        + code
        + " "
        + hex(key)
        + " "
        + (value == null ? "null" : sha256(value))
        + " "
        + sha256(own.toString().getBytes(UTF_8));
  }

  private static String hex(byte[] bytes) {
    return bytes == null ? "null" : HexFormat.of().formatHex(bytes);
  }

  private static String sha256(byte[] bytes) {
    try {
      return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }
}
