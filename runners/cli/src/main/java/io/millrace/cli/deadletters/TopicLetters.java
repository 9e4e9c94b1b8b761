package io.millrace.cli.deadletters;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.millrace.cli.explain.StoredDeadLetter;
import io.millrace.deadletter.DeadLetterMetadata;
import io.millrace.event.DeadLetterFactory;
import io.millrace.event.SourceRecord;
import io.millrace.io.SourceException;
import io.millrace.kafka.KafkaAddress;
import io.millrace.kafka.KafkaLog;
import io.millrace.pipeline.WrongUseException;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.Header;
import org.checkerframework.checker.nullness.qual.Nullable;

/**
 * The dead letters of a Kafka topic that it holds when reading begins, with their original places.
 * Joins those that were sent in parts. Joins no consumer group and commits nothing.
 */
record TopicLetters(KafkaAddress source) implements LetterStore {
  @Override
  public String address() {
    return source.toString();
  }

  @Override
  public void read(LetterFilter filter, boolean values, Consumer<StoredDeadLetter> letters) {
    Messages messages = new Messages();
    try {
      KafkaLog log = new KafkaLog(source);
      log.read(
          log.spans(null, null),
          (span, message) -> {
            StoredDeadLetter letter = messages.letter(message);
            if (letter != null && filter.takes(letter)) {
              letters.accept(letter);
            }
            return true;
          });
    } catch (SourceException e) {
      throw new WrongUseException("--from: " + e.getMessage());
    }
    messages.report();
  }

  /** The messages of one reading. */
  private static final class Messages {
    private final MessageParts parts = new MessageParts();
    private long others;

    @Nullable StoredDeadLetter letter(ConsumerRecord<byte[], byte[]> message) {
      Map<String, String> of = new HashMap<>();
      List<SourceRecord.Header> headers = new ArrayList<>();
      for (Header header : message.headers()) {
        headers.add(new SourceRecord.Header(header.key(), header.value()));
        if (header.value() != null && header.key().startsWith(DeadLetterMetadata.PREFIX)) {
          of.put(header.key(), new String(header.value(), UTF_8));
        }
      }
      String id = of.get(DeadLetterMetadata.ID);
      if (id == null) {
        others++;
        return null;
      }
      try {
        String part = of.get(DeadLetterMetadata.PART);
        if (part == null) {
          return letter(message, of, headers);
        }
        byte[] line = parts.add(id, part, message.value());
        return line == null ? null : LetterJson.parse(line);
      } catch (IllegalArgumentException | DateTimeParseException e) {
        throw new WrongUseException(
            "--from: the message %s/%d@%d is no dead letter of Millrace: %s"
                .formatted(message.topic(), message.partition(), message.offset(), e.getMessage()));
      }
    }

    private static StoredDeadLetter letter(
        ConsumerRecord<byte[], byte[]> message,
        Map<String, String> of,
        List<SourceRecord.Header> headers) {
      String element = of.get(DeadLetterFactory.ELEMENT_HEADER);
      byte[] value = message.value();
      return new StoredDeadLetter(
          new SourceRecord(
              text(of, "topic"),
              Integer.parseInt(text(of, "partition")),
              Long.parseLong(text(of, "offset")),
              message.key(),
              value,
              LetterHeaders.own(headers),
              Instant.parse(text(of, "record-time")).toEpochMilli(),
              Long.MIN_VALUE,
              null,
              element == null ? SourceRecord.WHOLE : Integer.parseInt(element),
              element == null ? 1 : Integer.parseInt(text(of, "elements"))),
          value == null ? -1 : value.length,
          text(of, "code"),
          text(of, "message"),
          text(of, "stage"),
          of.getOrDefault(DeadLetterMetadata.PREFIX + "sink", ""),
          text(of, "contract"),
          Integer.parseInt(text(of, "contract-version")),
          text(of, "consumer"),
          Instant.parse(text(of, "first-seen")).toEpochMilli(),
          Integer.parseInt(text(of, "attempt")));
    }

    private static String text(Map<String, String> of, String name) {
      String text = of.get(DeadLetterMetadata.PREFIX + name);
      if (text == null) {
        throw new IllegalArgumentException(
            "expected the header " + DeadLetterMetadata.PREFIX + name);
      }
      return text;
    }

    void report() {
      if (others > 0) {
        System.err.printf(
            "millrace: skipped %d messages without the header %s%n", others, DeadLetterMetadata.ID);
      }
      if (parts.incomplete() > 0) {
        System.err.printf(
            "millrace: skipped %d dead letters of which parts are missing%n", parts.incomplete());
      }
    }
  }
}
