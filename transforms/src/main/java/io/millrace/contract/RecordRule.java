package io.millrace.contract;

import java.io.Serializable;
import java.util.List;
import org.checkerframework.checker.nullness.qual.Nullable;

/**
 * Which records a contract describes. Without such a rule, a contract describes all records that it
 * gets.
 *
 * @param topics names and patterns of topics, of which one must fit; in a pattern, {@code *} is any
 *     text and {@code ?} one character. Empty: all topics
 * @param when an expression in CEL over {@link #FIELDS}; null: all records of these topics. A
 *     record on which it fails is none of the contract
 */
public record RecordRule(List<String> topics, @Nullable String when) implements Serializable {
  /**
   * The Kafka topic, Pub/Sub subscription or file of the record; of a replayed dead letter, where
   * it was read first.
   */
  public static final String TOPIC = "topic";

  /** The record's key as UTF-8; null if it has none. */
  public static final String KEY = "key";

  /** Its headers, or Pub/Sub attributes, as UTF-8; of several with one name, the last. */
  public static final String HEADERS = "headers";

  /** What an expression can refer to, in this order. */
  public static final List<FieldDefinition> FIELDS =
      List.of(
          FieldDefinition.column(TOPIC, FieldType.STRING, true),
          FieldDefinition.column(KEY, FieldType.STRING, false),
          FieldDefinition.column(HEADERS, FieldType.MAP, true));

  public RecordRule {
    topics = List.copyOf(topics);
  }
}
