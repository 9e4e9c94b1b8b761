package io.millrace.pubsub;

import io.millrace.deadletter.DeadLetterMetadata;
import io.millrace.event.DeadLetterFactory;
import io.millrace.event.SourceRecord;
import io.millrace.event.SourceRecord.Header;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.beam.sdk.io.gcp.pubsub.PubsubMessage;
import org.checkerframework.checker.nullness.qual.Nullable;

/**
 * Converts Pub/Sub messages to records. The topic is the subscription's full name, the partition 0,
 * the offset the message id, the key the ordering key. Headers are the attributes sorted by name,
 * so that each delivery of a message gives the same record.
 */
final class PubsubRecords {
  /** The header with a message id that is not a number. */
  static final String MESSAGE_ID_HEADER = "pubsub.message_id";

  /** The attribute of a replayed dead letter that is needed to decode it. */
  private static final String SURROUNDING_BASE64 =
      DeadLetterFactory.SURROUNDING_HEADER + DeadLetterMetadata.BASE64;

  private PubsubRecords() {}

  /**
   * Converts a message; never fails.
   *
   * @param subscription full name of the subscription
   * @param timeMillis the record time, milliseconds since the epoch, UTC
   */
  static SourceRecord record(String subscription, PubsubMessage message, long timeMillis) {
    Map<String, String> attributes = message.getAttributeMap();
    String id = message.getMessageId();
    List<Header> headers = List.of();
    if (attributes != null && !attributes.isEmpty()) {
      headers = new ArrayList<>(attributes.size() + 1);
      for (Map.Entry<String, String> attribute : new TreeMap<>(attributes).entrySet()) {
        if (attribute.getKey().equals(BackpressuredPubsubClient.MESSAGE_ID)) {
          id = attribute.getValue();
        } else {
          headers.add(header(attribute.getKey(), attribute.getValue()));
        }
      }
    }
    long offset = number(id);
    if (offset < 0) {
      offset = hash(id == null ? "" : id);
      headers = new ArrayList<>(headers);
      headers.add(header(MESSAGE_ID_HEADER, id == null ? "" : id));
    }
    byte[] value = message.getPayload();
    return new SourceRecord(
        subscription,
        0,
        offset,
        key(message.getOrderingKey()),
        value == null ? new byte[0] : value,
        headers,
        timeMillis,
        timeMillis);
  }

  private static Header header(String name, String value) {
    if (name.equals(SURROUNDING_BASE64)) {
      try {
        return new Header(DeadLetterFactory.SURROUNDING_HEADER, Base64.getDecoder().decode(value));
      } catch (IllegalArgumentException e) {
        // Not what Millrace has written
        return new Header(name, value.getBytes(StandardCharsets.UTF_8));
      }
    }
    return new Header(name, value.getBytes(StandardCharsets.UTF_8));
  }

  private static byte @Nullable [] key(@Nullable String orderingKey) {
    return orderingKey == null || orderingKey.isEmpty()
        ? null
        : orderingKey.getBytes(StandardCharsets.UTF_8);
  }

  /**
   * The number in an id; negative if it is not a number. Ids of service and emulator are decimal
   * numbers, but Google guarantees only texts.
   */
  private static long number(@Nullable String id) {
    if (id == null
        || id.isEmpty()
        || id.length() > 19
        || (id.charAt(0) == '0' && id.length() > 1)) {
      return -1;
    }
    long number = 0;
    for (int i = 0; i < id.length(); i++) {
      int digit = id.charAt(i) - '0';
      if (digit < 0 || digit > 9) {
        return -1;
      }
      // Nineteen digits may overflow to a negative number.
      number = number * 10 + digit;
    }
    return number;
  }

  /** A deterministic 63-bit hash of an id that is not a number. */
  private static long hash(String id) {
    try {
      byte[] digest =
          MessageDigest.getInstance("SHA-256").digest(id.getBytes(StandardCharsets.UTF_8));
      return ByteBuffer.wrap(digest).getLong() & Long.MAX_VALUE;
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }
}
