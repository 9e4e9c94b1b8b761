package io.millrace.cli.deadletters;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.millrace.cli.explain.StoredDeadLetter;
import io.millrace.contract.FieldDefinition;
import io.millrace.contract.FieldType;
import io.millrace.event.SourceRecord;
import io.millrace.event.SourceRecord.Header;
import io.millrace.expression.FieldCondition;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.checkerframework.checker.nullness.qual.Nullable;

/** A condition in CEL over what is known of a dead letter, see {@link #FIELDS}. */
final class LetterCondition {
  private static final String VALUE = "value";

  /** What an expression can refer to, in the order of {@link #values}. */
  static final List<FieldDefinition> FIELDS =
      List.of(
          FieldDefinition.column("code", FieldType.STRING, true),
          FieldDefinition.column("message", FieldType.STRING, true),
          FieldDefinition.column("stage", FieldType.STRING, true),
          FieldDefinition.column("sink", FieldType.STRING, true),
          FieldDefinition.column("contract", FieldType.STRING, true),
          FieldDefinition.column("contract_version", FieldType.INT64, true),
          FieldDefinition.column("consumer", FieldType.STRING, true),
          FieldDefinition.column("topic", FieldType.STRING, true),
          FieldDefinition.column("partition", FieldType.INT64, true),
          FieldDefinition.column("offset", FieldType.INT64, true),
          FieldDefinition.column("element", FieldType.INT64, true),
          FieldDefinition.column("attempt", FieldType.INT64, true),
          FieldDefinition.column("record_time", FieldType.TIMESTAMP, true),
          FieldDefinition.column("first_seen", FieldType.TIMESTAMP, true),
          FieldDefinition.column("key", FieldType.STRING, false),
          FieldDefinition.column("headers", FieldType.MAP, true),
          FieldDefinition.column("bytes", FieldType.INT64, true),
          FieldDefinition.column(VALUE, FieldType.STRING, false));

  private final FieldCondition condition;
  private final boolean readsValue;

  private LetterCondition(FieldCondition condition) {
    this.condition = condition;
    this.readsValue = condition.reads(VALUE);
  }

  /**
   * Compiles an expression.
   *
   * @throws IllegalArgumentException in one line, if it is not valid
   */
  static LetterCondition parse(String text) {
    return new LetterCondition(FieldCondition.of(FIELDS, text));
  }

  /** Whether it needs the bytes of the dead letters. */
  boolean readsValue() {
    return readsValue;
  }

  boolean takes(StoredDeadLetter letter) {
    return condition.test(values(letter));
  }

  private @Nullable Object[] values(StoredDeadLetter letter) {
    SourceRecord record = letter.record();
    return new @Nullable Object[] {
      letter.code(),
      letter.message(),
      letter.stage(),
      letter.sink(),
      letter.contract(),
      (long) letter.contractVersion(),
      letter.consumer(),
      record.topic(),
      (long) record.partition(),
      record.offset(),
      (long) record.elementNumber(),
      (long) letter.attempt(),
      Instant.ofEpochMilli(record.recordTimeMillis()),
      Instant.ofEpochMilli(letter.firstSeenMillis()),
      text(record.key()),
      headers(record),
      Math.max(0, letter.valueBytes()),
      readsValue ? text(record.value()) : null
    };
  }

  private static Map<String, String> headers(SourceRecord record) {
    Map<String, String> headers = new HashMap<>();
    for (Header header : record.headers()) {
      headers.put(header.name(), new String(header.storedValue(), UTF_8));
    }
    return headers;
  }

  private static @Nullable String text(byte @Nullable [] bytes) {
    return bytes == null ? null : new String(bytes, UTF_8);
  }
}
