package io.millrace.deadletter;

import io.millrace.event.DeadLetter;
import io.millrace.event.DeadLetterFactory;
import io.millrace.event.SourceRecord;
import io.millrace.event.SourceRecord.Header;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What a message says of its dead letter, as headers or attributes: all that the dead-letter table
 * has in columns, and what a pipeline that reads the message must know of its history.
 */
public final class DeadLetterMetadata {
  /** How the names of a dead letter's own headers begin. */
  static final String PREFIX = "millrace-dead-letter-";

  public static final String ID = PREFIX + "id";
  public static final String MESSAGE = PREFIX + "message";

  /** There, and {@link #JSON}, if the message is not the record's bytes. */
  public static final String FORMAT = PREFIX + "format";

  public static final String JSON = "json";

  /** Which part of how many: {@code 1/3}. */
  public static final String PART = PREFIX + "part";

  /** Where the record was read when it first became a dead letter; kept by every replay. */
  static final String FIRST_PLACE = "millrace-first-place";

  private static final int LONGEST_PLACE = 512;

  /** What a message of Pub/Sub says of its record beside the bytes. */
  public static final String KEY = PREFIX + "key";

  public static final String TOMBSTONE = PREFIX + "tombstone";

  /** Added to the name of a header or key whose value is no text. */
  public static final String BASE64 = "-base64";

  /** Without them, what a message holds that has become a dead letter again is not known. */
  private static final Set<String> OF_THE_BYTES =
      Set.of(KEY, KEY + BASE64, TOMBSTONE, FORMAT, PART);

  private DeadLetterMetadata() {}

  /**
   * Names a dead letter: the same after a repeat, another for each attempt's place and each sink.
   */
  public static String id(DeadLetter letter, String sink) {
    return sink.isEmpty() ? letter.origin().toString() : letter.origin() + ">" + sink;
  }

  /** Names and values, in an order for people. */
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
    values.put(PREFIX + "record-time", Instant.ofEpochMilli(origin.recordTimeMillis()).toString());
    // These say what the next attempt is.
    values.put(DeadLetterFactory.ATTEMPT_HEADER, Long.toString(letter.attempt() + 1L));
    values.put(DeadLetterFactory.FIRST_SEEN_HEADER, Long.toString(letter.firstSeenMillis()));
    values.put(FIRST_PLACE, firstPlace(origin));
    return values;
  }

  private static String firstPlace(SourceRecord origin) {
    for (Header header : origin.headers()) {
      // One that is longer is none of ours, and would be in every part of a large letter.
      byte[] value = header.value();
      if (header.name().equals(FIRST_PLACE) && value != null && value.length <= LONGEST_PLACE) {
        return new String(value, StandardCharsets.UTF_8);
      }
    }
    return origin.toString();
  }

  /**
   * The record's own headers: without those that an earlier attempt has left, but for what tells
   * how to read its bytes.
   */
  public static List<Header> ownHeaders(SourceRecord origin) {
    List<Header> own = new ArrayList<>(origin.headers().size());
    for (Header header : origin.headers()) {
      if (!isOurs(header.name())) {
        own.add(header);
      }
    }
    return own;
  }

  private static boolean isOurs(String name) {
    return (name.startsWith(PREFIX) && !OF_THE_BYTES.contains(name))
        || name.equals(DeadLetterFactory.ATTEMPT_HEADER)
        || name.equals(DeadLetterFactory.FIRST_SEEN_HEADER)
        || name.equals(FIRST_PLACE);
  }
}
