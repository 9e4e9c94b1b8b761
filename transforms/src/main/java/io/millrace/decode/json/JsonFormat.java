package io.millrace.decode.json;

import io.millrace.contract.Contract;
import io.millrace.contract.EventsInRecord;
import io.millrace.decode.RecordDecoder;
import io.millrace.event.Clock;
import java.util.Set;

/** JSON in UTF-8: an event is an object, which is a record, a line of it, or an element in it. */
public final class JsonFormat implements RecordDecoder.Factory {
  @Override
  public String name() {
    return "json";
  }

  @Override
  public Set<EventsInRecord.Kind> eventsIn() {
    return Set.of(EventsInRecord.Kind.LINES, EventsInRecord.Kind.ARRAY);
  }

  @Override
  public boolean hasFieldRules() {
    return true;
  }

  @Override
  public RecordDecoder compile(Contract contract, Clock clock) {
    return contract.events() == null
        ? one(contract, clock)
        : JsonElementsDecoder.of(contract, contract.events(), clock);
  }

  /** Prepares decoding of records that are one event. */
  public JsonDecoder one(Contract contract, Clock clock) {
    return new JsonDecoder(contract, clock);
  }
}
