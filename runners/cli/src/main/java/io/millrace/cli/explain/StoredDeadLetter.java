package io.millrace.cli.explain;

import io.millrace.event.DeadLetterFactory;
import io.millrace.event.Outcome;
import io.millrace.event.SourceRecord;
import io.millrace.event.SourceRecord.Header;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * A dead letter of a table, a topic or a file, and how to decode it again.
 *
 * @param record its record or element, with its original place, key and headers. Its bytes may be
 *     left out, see {@code valueBytes}
 * @param valueBytes the length of the bytes; negative for a tombstone
 * @param code the name of the code; a newer version of Millrace may have written one unknown here
 * @param message what was wrong
 * @param stage the step that rejected it
 * @param sink the sink that rejected it; empty if none did, or if the store does not tell
 * @param contract the name of the contract that rejected it, not necessarily this one
 * @param consumer the pipeline that read it
 * @param firstSeenMillis when it first became a dead letter, milliseconds since the epoch, UTC
 * @param attempt from 1; one more with each replay
 */
public record StoredDeadLetter(
    SourceRecord record,
    long valueBytes,
    String code,
    String message,
    String stage,
    String sink,
    String contract,
    int contractVersion,
    String consumer,
    long firstSeenMillis,
    int attempt) {

  /**
   * What becomes of a dead letter.
   *
   * @param events in their order
   * @param asElement whether its bytes are one element of a record, not a record
   */
  public record Explained(List<EventExplanation> events, boolean asElement) {}

  /**
   * Explains the bytes of this dead letter. The table does not say whether the only element of a
   * record is kept alone. So it is decoded as a record first, and as an element if that fails.
   */
  public Explained explain(RecordExplainer explainer, boolean holdsMany) {
    if (!holdsMany || record.isWhole()) {
      return new Explained(explainer.explain(asWhole()), false);
    }
    if (record.elements() > 1 || record.header(DeadLetterFactory.SURROUNDING_HEADER) != null) {
      return new Explained(explainer.explain(asElement()), true);
    }
    List<EventExplanation> whole = explainer.explain(asWhole());
    boolean valid =
        whole.stream()
            .anyMatch(event -> event.outcome() != null && event.outcome() != Outcome.DEAD);
    if (valid) {
      return new Explained(whole, false);
    }
    List<EventExplanation> alone = explainer.explain(asElement());
    return alone.get(0).outcome() == Outcome.DEAD
        ? new Explained(whole, false)
        : new Explained(alone, true);
  }

  /** A copy with other headers. */
  public StoredDeadLetter withHeaders(List<Header> headers) {
    return new StoredDeadLetter(
        record.withContent(record.key(), record.value(), headers),
        valueBytes,
        code,
        message,
        stage,
        sink,
        contract,
        contractVersion,
        consumer,
        firstSeenMillis,
        attempt);
  }

  /** Where it is: {@code topic/partition@offset}, with its element if the record held many. */
  public String place() {
    return record.elements() > 1
        ? record.toString()
        : new DeadLetterPlace(record.topic(), record.partition(), record.offset(), null).toString();
  }

  /** The record as a replay gives it to a decoder, if its bytes are a whole record. */
  public SourceRecord asWhole() {
    return new SourceRecord(
        record.topic(),
        record.partition(),
        record.offset(),
        record.key(),
        record.value(),
        record.headers(),
        record.recordTimeMillis(),
        record.arrivalWatermarkMillis());
  }

  /** The element as a replay gives it to a decoder. */
  public SourceRecord asElement() {
    if (record.isReplayedElement()) {
      return record;
    }
    List<Header> headers = new ArrayList<>(record.headers());
    headers.add(
        new Header(
            DeadLetterFactory.ELEMENT_HEADER,
            Integer.toString(record.elementNumber()).getBytes(StandardCharsets.US_ASCII)));
    return record.element(record.elementNumber(), record.elements(), record.value(), headers);
  }
}
