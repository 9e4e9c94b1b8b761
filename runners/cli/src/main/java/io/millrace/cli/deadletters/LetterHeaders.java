package io.millrace.cli.deadletters;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.millrace.deadletter.DeadLetterMetadata;
import io.millrace.event.DeadLetterFactory;
import io.millrace.event.SourceRecord;
import io.millrace.event.SourceRecord.Header;
import java.util.ArrayList;
import java.util.List;

/** The headers of a dead letter, and those that its replay gives to the pipeline. */
final class LetterHeaders {
  private LetterHeaders() {}

  /**
   * The headers of the record itself: without those that describe the dead letter and its attempts.
   * What an element needs to be decoded, and {@code millrace-bytes}, stay.
   */
  static List<Header> own(List<Header> headers) {
    return headers.stream().filter(header -> !isOfLetter(header.name())).toList();
  }

  private static boolean isOfLetter(String name) {
    return name.startsWith(DeadLetterMetadata.PREFIX)
        || name.equals(DeadLetterFactory.ATTEMPT_HEADER)
        || name.equals(DeadLetterFactory.FIRST_SEEN_HEADER)
        || name.equals(DeadLetterFactory.FIRST_PLACE_HEADER)
        || name.equals(DeadLetterFactory.DUPLICATES_HEADER);
  }

  /**
   * A record with more headers, by which its next dead letter knows its history.
   *
   * @param watermarkMillis the watermark by which its events are late
   */
  static SourceRecord with(SourceRecord record, List<Header> more, long watermarkMillis) {
    List<Header> headers = new ArrayList<>(record.headers());
    headers.addAll(more);
    return new SourceRecord(
        record.topic(),
        record.partition(),
        record.offset(),
        record.key(),
        record.value(),
        List.copyOf(headers),
        record.recordTimeMillis(),
        watermarkMillis,
        null,
        record.element(),
        record.elements());
  }

  static Header header(String name, Object value) {
    return new Header(name, value.toString().getBytes(UTF_8));
  }
}
