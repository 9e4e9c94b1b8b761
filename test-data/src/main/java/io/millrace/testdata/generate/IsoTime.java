package io.millrace.testdata.generate;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;

/** Formats epoch milliseconds as ISO-8601 with milliseconds. */
final class IsoTime {
  private static final DateTimeFormatter FORMAT =
      DateTimeFormatter.ofPattern("'\"'uuuu-MM-dd'T'HH:mm:ss.SSSXXX'\"'", Locale.ROOT);

  private IsoTime() {}

  /**
   * Returns a JSON string such as {@code "2026-03-01T10:00:00.000Z"}.
   *
   * @param offsetMinutes the offset from UTC; 0 gives {@code Z}
   */
  static byte[] json(long epochMillis, int offsetMinutes) {
    ZoneOffset offset = ZoneOffset.ofTotalSeconds(offsetMinutes * 60);
    return Instant.ofEpochMilli(epochMillis)
        .atOffset(offset)
        .format(FORMAT)
        .getBytes(StandardCharsets.US_ASCII);
  }
}
