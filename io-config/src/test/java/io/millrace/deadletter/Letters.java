package io.millrace.deadletter;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.millrace.event.DeadLetter;
import io.millrace.event.DeadLetterCode;
import io.millrace.event.SourceRecord;
import io.millrace.event.SourceRecord.Header;
import java.util.List;
import java.util.stream.IntStream;
import org.checkerframework.checker.nullness.qual.Nullable;

/** Dead letters to send. */
final class Letters {
  /** 2026-03-01T10:00:00Z. */
  static final long RECORD_TIME = 1_772_359_200_000L;

  private Letters() {}

  static DeadLetter of(
      long offset, byte @Nullable [] key, byte @Nullable [] value, List<Header> headers) {
    return new DeadLetter(
        new SourceRecord("queries", 2, offset, key, value, headers, RECORD_TIME, RECORD_TIME),
        DeadLetterCode.MALFORMED_JSON,
        "at byte 7: expected a value",
        "DecodeEvents",
        "query-events",
        3,
        "millrace",
        RECORD_TIME + 1_500,
        1);
  }

  /** Bytes that are no text. */
  static DeadLetter number(long n) {
    return of(
        n,
        new byte[] {0, (byte) n, (byte) 0xFF},
        bytes("{" + n + (char) 0xFF),
        List.of(header("trace", "abc"), new Header("raw", new byte[] {(byte) 0xFE})));
  }

  static List<DeadLetter> numbers(int count) {
    return IntStream.range(0, count).mapToObj(Letters::number).toList();
  }

  static Header header(String name, String value) {
    return new Header(name, bytes(value));
  }

  static byte[] bytes(String text) {
    return text.getBytes(UTF_8);
  }
}
