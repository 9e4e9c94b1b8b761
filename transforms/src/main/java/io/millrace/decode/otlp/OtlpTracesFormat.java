package io.millrace.decode.otlp;

import io.millrace.contract.Contract;
import io.millrace.decode.RecordDecoder;
import io.millrace.event.Clock;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** OpenTelemetry's export requests with spans, each of which is an event. */
public final class OtlpTracesFormat implements RecordDecoder.Factory {
  @Override
  public String name() {
    return Signal.TRACES.format();
  }

  @Override
  public boolean holdsMany() {
    return true;
  }

  @Override
  public Map<String, Set<String>> options() {
    return Encoding.OPTIONS;
  }

  @Override
  public List<String> problems(Contract contract) {
    return Paths.problems(Signal.TRACES, contract);
  }

  @Override
  public RecordDecoder compile(Contract contract, Clock clock) {
    return new OtlpDecoder(contract, Signal.TRACES, clock);
  }
}
