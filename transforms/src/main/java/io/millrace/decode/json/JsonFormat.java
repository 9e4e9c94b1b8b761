package io.millrace.decode.json;

import io.millrace.contract.Contract;
import io.millrace.decode.RecordDecoder;
import io.millrace.event.Clock;

/** JSON in UTF-8: one object a record. */
public final class JsonFormat implements RecordDecoder.Factory {
  @Override
  public String name() {
    return "json";
  }

  @Override
  public JsonDecoder compile(Contract contract, Clock clock) {
    return new JsonDecoder(contract, clock);
  }
}
