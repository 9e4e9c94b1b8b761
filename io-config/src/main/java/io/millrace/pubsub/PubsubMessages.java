package io.millrace.pubsub;

import com.google.api.services.pubsub.model.PubsubMessage;
import io.millrace.deadletter.DeadLetterJson;
import io.millrace.deadletter.DeadLetterMetadata;
import io.millrace.event.DeadLetter;
import io.millrace.event.SourceRecord;
import io.millrace.event.SourceRecord.Header;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.checkerframework.checker.nullness.qual.Nullable;

/**
 * Encodes dead letters as Pub/Sub messages. The data are the record's bytes; the attributes are its
 * headers and those of {@link DeadLetterMetadata}. Pub/Sub allows 100 attributes with unique names
 * and text values of at most 1024 bytes. Therefore:
 *
 * <ul>
 *   <li>a header value that is not UTF-8 is base64; its name has the suffix {@link
 *       DeadLetterMetadata#BASE64};
 *   <li>the record's key is the attribute {@link DeadLetterMetadata#KEY}, with the same rule for
 *       base64;
 *   <li>a tombstone has no data, and the attribute {@link DeadLetterMetadata#TOMBSTONE};
 *   <li>if headers or key do not fit, a header has no value, or the message is too large, the data
 *       are {@link DeadLetterJson}, in several messages if necessary. Nothing is omitted.
 * </ul>
 */
public final class PubsubMessages {
  private static final int MAX_ATTRIBUTES = 100;
  private static final int MAX_NAME_BYTES = 256;
  private static final int MAX_VALUE_BYTES = 1024;

  /** Below the service's limit of 10 MB, which includes attributes. */
  static final int MAX_MESSAGE_BYTES = 9_000_000;

  private static final int PART_BYTES = 4_000_000;

  private PubsubMessages() {}

  public static List<PubsubMessage> of(DeadLetter letter, String sink) {
    Map<String, String> attributes = attributes(letter, sink);
    byte[] value = letter.origin().value();
    if (attributes == null || (value != null && value.length > MAX_MESSAGE_BYTES)) {
      return asJson(letter, sink);
    }
    return List.of(
        new PubsubMessage()
            .setAttributes(attributes)
            .encodeData(value == null ? new byte[0] : value));
  }

  /** The JSON form, which is always possible. */
  static List<PubsubMessage> asJson(DeadLetter letter, String sink) {
    List<byte[]> parts = DeadLetterJson.parts(DeadLetterJson.of(letter, sink), PART_BYTES);
    List<PubsubMessage> messages = new ArrayList<>();
    for (byte[] part : parts) {
      Map<String, String> attributes = new LinkedHashMap<>();
      DeadLetterMetadata.of(letter, sink)
          .forEach((name, value) -> attributes.put(name, cut(value)));
      attributes.put(DeadLetterMetadata.FORMAT, DeadLetterMetadata.JSON);
      attributes.put(DeadLetterMetadata.PART, (messages.size() + 1) + "/" + parts.size());
      messages.add(new PubsubMessage().setAttributes(attributes).encodeData(part));
    }
    return messages;
  }

  /** Null if the attributes cannot hold everything. */
  private static @Nullable Map<String, String> attributes(DeadLetter letter, String sink) {
    SourceRecord origin = letter.origin();
    Map<String, String> attributes = new LinkedHashMap<>();
    for (Map.Entry<String, String> entry : DeadLetterMetadata.of(letter, sink).entrySet()) {
      String cut = cut(entry.getValue());
      if (cut.length() < entry.getValue().length()
          && !entry.getKey().equals(DeadLetterMetadata.MESSAGE)) {
        return null;
      }
      attributes.put(entry.getKey(), cut);
    }
    if (origin.value() == null) {
      attributes.put(DeadLetterMetadata.TOMBSTONE, "true");
    }
    boolean fits = origin.key() == null || put(DeadLetterMetadata.KEY, origin.key(), attributes);
    for (Header header : DeadLetterMetadata.ownHeaders(origin)) {
      fits &= put(header.name(), header.value(), attributes);
    }
    return fits && attributes.size() <= MAX_ATTRIBUTES ? attributes : null;
  }

  private static boolean put(String name, byte @Nullable [] value, Map<String, String> attributes) {
    if (value == null) {
      return false;
    }
    String text = text(value);
    String stored = text == null ? Base64.getEncoder().encodeToString(value) : text;
    String under = text == null ? name + DeadLetterMetadata.BASE64 : name;
    return !name.isEmpty()
        && !name.startsWith("goog")
        && utf8Bytes(under) <= MAX_NAME_BYTES
        && utf8Bytes(stored) <= MAX_VALUE_BYTES
        && attributes.putIfAbsent(under, stored) == null;
  }

  private static int utf8Bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8).length;
  }

  private static @Nullable String text(byte[] bytes) {
    try {
      return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
    } catch (CharacterCodingException e) {
      return null;
    }
  }

  /** The longest prefix in whole characters that fits into an attribute. */
  private static String cut(String text) {
    // A lone surrogate becomes a question mark.
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    int end = Math.min(bytes.length, MAX_VALUE_BYTES);
    while (end < bytes.length && (bytes[end] & 0xC0) == 0x80) {
      end--;
    }
    return new String(bytes, 0, end, StandardCharsets.UTF_8);
  }
}
