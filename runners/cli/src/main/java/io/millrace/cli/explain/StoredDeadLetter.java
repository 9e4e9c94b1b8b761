package io.millrace.cli.explain;

import io.millrace.event.DeadLetterFactory;
import io.millrace.event.Outcome;
import io.millrace.event.SourceRecord;
import io.millrace.event.SourceRecord.Header;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * A dead letter of the table, and how to decode it again.
 *
 * @param record its record or element, with bytes, key and headers
 * @param code the name of the code; a newer version of Millrace may have written one unknown here
 * @param message what was wrong
 * @param stage the step that rejected it
 * @param contract the name of the contract that rejected it, not necessarily this one
 * @param attempt from 1; one more with each replay
 */
record StoredDeadLetter(
    SourceRecord record,
    String code,
    String message,
    String stage,
    String contract,
    int contractVersion,
    int attempt) {

  /**
   * Explains the bytes of this dead letter. The table does not say whether the only element of a
   * record is kept alone. So it is decoded as a record first, and as an element if that fails.
   */
  List<EventExplanation> explain(RecordExplainer explainer, boolean holdsMany) {
    boolean element =
        record.elements() > 1 || record.header(DeadLetterFactory.SURROUNDING_HEADER) != null;
    if (!holdsMany || element) {
      return explainer.explain(element ? asElement() : record);
    }
    List<EventExplanation> whole = explainer.explain(record);
    boolean valid =
        whole.stream()
            .anyMatch(event -> event.outcome() != null && event.outcome() != Outcome.DEAD);
    if (valid) {
      return whole;
    }
    List<EventExplanation> alone = explainer.explain(asElement());
    return alone.get(0).outcome() == Outcome.DEAD ? whole : alone;
  }

  /** Where it is: {@code topic/partition@offset}, with its element if the record held many. */
  String place() {
    return record.elements() > 1
        ? record.toString()
        : new DeadLetterPlace(record.topic(), record.partition(), record.offset(), null).toString();
  }

  /** The element as a replay gives it to a decoder. */
  private SourceRecord asElement() {
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
