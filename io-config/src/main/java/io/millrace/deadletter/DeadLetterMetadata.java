package io.millrace.deadletter;

import io.millrace.event.DeadLetter;
import io.millrace.event.DeadLetterFactory;
import io.millrace.event.SourceRecord;
import io.millrace.event.SourceRecord.Header;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Headers or attributes of a dead-letter message: the columns of the dead-letter table, and the
 * history that a pipeline needs when it replays the message.
 */
public final class DeadLetterMetadata {
  /** Prefix of the header names. */
  public static final String PREFIX = "millrace-dead-letter-";

  public static final String ID = PREFIX + "id";
  public static final String MESSAGE = PREFIX + "message";

  /** Present with value {@link #JSON} if the message does not hold the record's bytes. */
  public static final String FORMAT = PREFIX + "format";

  public static final String JSON = "json";

  /** Number of the part and of all parts: {@code 1/3}. */
  public static final String PART = PREFIX + "part";

  private static final int LONGEST_PLACE = 512;

  /** Attribute of a Pub/Sub message with the record's key. */
  public static final String KEY = PREFIX + "key";

  public static final String TOMBSTONE = PREFIX + "tombstone";

  /** Suffix of a name whose value is base64, because it is not UTF-8. */
  public static final String BASE64 = "-base64";

  /** Headers of an earlier attempt that are needed to interpret the message's bytes. */
  private static final Set<String> OF_THE_BYTES =
      Set.of(KEY, KEY + BASE64, TOMBSTONE, FORMAT, PART, DeadLetterFactory.ELEMENT_HEADER);

  private DeadLetterMetadata() {}

  /**
   * Id of a dead letter. It is the same for a duplicate, and differs by record position and sink.
   */
  public static String id(DeadLetter letter, String sink) {
    return sink.isEmpty() ? letter.origin().toString() : letter.origin() + ">" + sink;
  }

  /** Names and values in display order. */
  public static Map<String, String> of(DeadLetter letter, String sink) {
    SourceRecord origin = letter.origin();
    Map<String, String> values = new LinkedHashMap<>();
    values.put(ID, id(letter, sink));
    values.put(PREFIX + "code", letter.code().label());
    values.put(MESSAGE, letter.message());
    values.put(PREFIX + "stage", letter.stage());
    if (!sink.isEmpty()) {
      values.put(PREFIX + "sink", sink);
    }
    values.put(PREFIX + "contract", letter.contract());
    values.put(PREFIX + "contract-version", Integer.toString(letter.contractVersion()));
    values.put(PREFIX + "consumer", letter.consumer());
    values.put(PREFIX + "first-seen", Instant.ofEpochMilli(letter.firstSeenMillis()).toString());
    values.put(PREFIX + "attempt", Integer.toString(letter.attempt()));
    values.put(PREFIX + "topic", origin.topic());
    values.put(PREFIX + "partition", Integer.toString(origin.partition()));
    values.put(PREFIX + "offset", Long.toString(origin.offset()));
    if (!origin.isWhole()) {
      values.put(DeadLetterFactory.ELEMENT_HEADER, Integer.toString(origin.element()));
      values.put(PREFIX + "elements", Integer.toString(origin.elements()));
    }
    values.put(PREFIX + "record-time", Instant.ofEpochMilli(origin.recordTimeMillis()).toString());
    // Read by the next attempt.
    values.put(DeadLetterFactory.ATTEMPT_HEADER, Long.toString(letter.attempt() + 1L));
    values.put(DeadLetterFactory.FIRST_SEEN_HEADER, Long.toString(letter.firstSeenMillis()));
    values.put(DeadLetterFactory.FIRST_PLACE_HEADER, firstPlace(origin));
    return values;
  }

  private static String firstPlace(SourceRecord origin) {
    for (Header header : origin.headers()) {
      // Millrace writes no longer value, and every part of a large letter would contain it.
      byte[] value = header.value();
      if (header.name().equals(DeadLetterFactory.FIRST_PLACE_HEADER)
          && value != null
          && value.length <= LONGEST_PLACE) {
        return new String(value, StandardCharsets.UTF_8);
      }
    }
    return origin.toString();
  }

  /**
   * The record's own headers, without those of an earlier attempt, except the ones needed to
   * interpret its bytes.
   */
  public static List<Header> ownHeaders(SourceRecord origin) {
    return origin.headers().stream()
        .filter(header -> !isOurs(header.name()))
        // An element has a number of its own, which replaces that of an earlier attempt.
        .filter(
            header -> origin.isWhole() || !header.name().equals(DeadLetterFactory.ELEMENT_HEADER))
        .toList();
  }

  private static boolean isOurs(String name) {
    return (name.startsWith(PREFIX) && !OF_THE_BYTES.contains(name))
        || name.equals(DeadLetterFactory.ATTEMPT_HEADER)
        || name.equals(DeadLetterFactory.FIRST_SEEN_HEADER)
        || name.equals(DeadLetterFactory.FIRST_PLACE_HEADER);
  }
}
