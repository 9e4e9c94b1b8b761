package io.millrace.decode.json;

import io.millrace.contract.Contract;
import io.millrace.contract.EventsInRecord;
import io.millrace.decode.DecodeException;
import io.millrace.decode.EventAssembler;
import io.millrace.decode.RecordDecoder;
import io.millrace.decode.json.ElementFinder.Element;
import io.millrace.decode.json.ElementFinder.Surrounding;
import io.millrace.event.Clock;
import io.millrace.event.DeadLetterCode;
import io.millrace.event.SourceRecord;
import io.millrace.event.SourceRecord.Header;
import io.millrace.text.ByteScan;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Decodes records that hold many JSON objects, each of which is an event: the elements of an array,
 * or lines. A first pass finds them by structure, a second one decodes a copy of each alone, so
 * that a bad one does not affect the others and its dead letter holds its own bytes.
 *
 * <p>A record with the header {@code millrace-dead-letter-element} is one element that became a
 * dead letter, and is decoded as that.
 */
final class JsonElementsDecoder implements RecordDecoder {
  private final JsonDecoder one;
  private final EventsInRecord events;
  private final Surroundings surroundings;
  private final ElementFinder finder;
  private final List<Element> lines = new ArrayList<>();

  private JsonElementsDecoder(
      JsonDecoder one, EventsInRecord events, Surroundings surroundings, ElementFinder finder) {
    this.one = one;
    this.events = events;
    this.surroundings = surroundings;
    this.finder = finder;
  }

  static JsonElementsDecoder of(Contract contract, EventsInRecord events, Clock clock) {
    return new JsonElementsDecoder(
        new JsonDecoder(contract, clock),
        events,
        new Surroundings(contract, events, new EventAssembler(contract, clock)),
        new ElementFinder(events.arrays(), events.maxEvents()));
  }

  @Override
  @SuppressWarnings("ReferenceEquality") // elements of one object share what is around them
  public int decode(SourceRecord record, Receiver receiver) throws DecodeException {
    byte[] bytes = record.value();
    if (bytes == null) {
      throw new DecodeException(DeadLetterCode.TOMBSTONE, "expected events, found a null body");
    }
    if (record.isReplayedElement()) {
      Surrounding around = SurroundingHeader.of(record, events.arrays().size());
      receiver.event(one.decode(record, checked(surroundings.of(around))));
      return 1;
    }
    boolean isArray = events.kind() == EventsInRecord.Kind.ARRAY;
    int from = JsonFraming.firstByte(bytes, events.maxRecordBytes());
    List<Element> elements = isArray ? finder.find(bytes, from) : lines(bytes, from);
    Surrounding latest = null;
    List<Header> headers = record.headers();
    for (int i = 0; i < elements.size(); i++) {
      Element element = elements.get(i);
      if (element.around() != latest) {
        latest = element.around();
        headers = SurroundingHeader.with(record.headers(), latest, events.arrays().size());
      }
      byte[] alone = Arrays.copyOfRange(bytes, element.from(), element.to());
      decode(element, record.element(i, elements.size(), alone, headers), receiver);
    }
    return elements.size();
  }

  private void decode(Element element, SourceRecord alone, Receiver receiver) {
    try {
      if (element.failure() != null) {
        throw element.failure();
      }
      receiver.event(one.decode(alone, checked(surroundings.of(element.around()))));
    } catch (DecodeException e) {
      receiver.dead(e, alone);
    }
  }

  private static Surroundings.Values checked(Surroundings.Values values) throws DecodeException {
    DecodeException failure = values.failure();
    if (failure != null) {
      throw failure;
    }
    return values;
  }

  /** The lines that are not blank. */
  private List<Element> lines(byte[] bytes, int start) throws DecodeException {
    lines.clear();
    int from = start;
    while (from < bytes.length) {
      int to = ByteScan.newline(bytes, from, bytes.length);
      int first = from;
      while (first < to && SyntaxErrors.isSpace(bytes[first])) {
        first++;
      }
      if (first < to) {
        if (lines.size() == events.maxEvents()) {
          throw new DecodeException(
              DeadLetterCode.TOO_LARGE,
              "expected at most " + events.maxEvents() + " events in a record");
        }
        int end = bytes[to - 1] == '\r' ? to - 1 : to;
        lines.add(new Element(from, end, null, null));
      }
      from = to + 1;
    }
    return lines;
  }
}
