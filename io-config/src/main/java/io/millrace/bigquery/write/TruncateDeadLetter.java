package io.millrace.bigquery.write;

import io.millrace.event.DeadLetter;
import io.millrace.event.SourceRecord;
import io.millrace.event.SourceRecord.Header;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Truncates dead letters to the size of a row: the value, then if necessary the headers, then the
 * key. The message contains the remaining sizes.
 */
public final class TruncateDeadLetter {
  private static final Logger LOG = LoggerFactory.getLogger(TruncateDeadLetter.class);

  /** Bytes of a header besides name and value: tags and lengths. */
  private static final int OF_A_HEADER = 16 + Header.NULL_SUFFIX.length();

  private TruncateDeadLetter() {}

  public static DeadLetter of(DeadLetter letter) {
    SourceRecord origin = letter.origin();
    List<String> cut = new ArrayList<>();
    long room = RowSize.MOST_BYTES;
    byte[] key = beginning(origin.key(), room);
    room -= size(key);
    List<Header> headers = first(origin.headers(), room);
    room -= size(headers);
    byte[] value = beginning(origin.value(), room);
    if (size(value) < size(origin.value())) {
      cut.add(size(value) + " of " + size(origin.value()) + " bytes");
    }
    if (headers.size() < origin.headers().size()) {
      cut.add(headers.size() + " of " + origin.headers().size() + " headers");
    }
    if (size(key) < size(origin.key())) {
      cut.add(size(key) + " of " + size(origin.key()) + " bytes of the key");
    }
    if (cut.isEmpty()) {
      return letter;
    }
    String kept = String.join(", ", cut);
    LOG.error(
        "The record {} is too large for a BigQuery row: its dead letter contains only the first"
            + " {}. The source still has the record",
        origin,
        kept);
    return new DeadLetter(
        new SourceRecord(
            origin.topic(),
            origin.partition(),
            origin.offset(),
            key,
            value,
            headers,
            origin.recordTimeMillis(),
            origin.arrivalWatermarkMillis(),
            null,
            origin.element(),
            origin.elements()),
        letter.code(),
        "only " + kept + " fit into a row; " + letter.message(),
        letter.stage(),
        letter.contract(),
        letter.contractVersion(),
        letter.consumer(),
        letter.firstSeenMillis(),
        letter.attempt());
  }

  private static byte[] beginning(byte[] bytes, long room) {
    return size(bytes) <= room ? bytes : Arrays.copyOf(bytes, (int) room);
  }

  /** The headers before the first that does not fit. */
  private static List<Header> first(List<Header> headers, long room) {
    long used = 0;
    for (int i = 0; i < headers.size(); i++) {
      used += size(headers.get(i));
      if (used > room) {
        return List.copyOf(headers.subList(0, i));
      }
    }
    return headers;
  }

  private static long size(List<Header> headers) {
    return headers.stream().mapToLong(TruncateDeadLetter::size).sum();
  }

  /** Assumes at most three bytes for each character of the name. */
  private static long size(Header header) {
    return OF_A_HEADER + 3L * header.name().length() + size(header.value());
  }

  private static long size(byte[] bytes) {
    return bytes == null ? 0 : bytes.length;
  }
}
