package io.millrace.redact;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.millrace.contract.Contract;
import io.millrace.contract.yaml.ContractLoader;
import io.millrace.decode.DecodeException;
import io.millrace.decode.RecordDecoder;
import io.millrace.decode.registry.TestSecrets;
import io.millrace.event.Event;
import io.millrace.event.EventCoder;
import io.millrace.event.SourceRecord;
import io.millrace.event.SourceRecord.Header;
import java.util.ArrayList;
import java.util.List;
import org.apache.beam.sdk.util.CoderUtils;

/** Decodes and redacts records by a contract. */
final class Redacting {
  static final String KEY = "env:REDACT_KEY";

  final Contract contract;
  final EventRedactor redactor;
  private final RecordDecoder decoder;

  Redacting(String yaml) {
    TestSecrets.VALUES.put(KEY, "0123456789abcdef0123456789abcdef");
    this.contract = ContractLoader.parse(yaml, "c.yaml");
    EventRedactor made = EventRedactor.of(contract);
    if (made == null) {
      throw new IllegalStateException("the contract redacts nothing");
    }
    this.redactor = made;
    this.decoder = RecordDecoder.compile(contract, () -> 1_772_359_200_000L);
  }

  static SourceRecord record(String value, Header... headers) {
    return new SourceRecord(
        "topic",
        0,
        1,
        "a key".getBytes(UTF_8),
        value.getBytes(UTF_8),
        List.of(headers),
        1_772_359_200_000L,
        Long.MIN_VALUE);
  }

  /** The events of a record, as they are decoded. */
  List<Event> decoded(SourceRecord record) {
    List<Event> events = new ArrayList<>();
    try {
      int unused =
          decoder.decode(
              record,
              new RecordDecoder.Receiver() {
                @Override
                public void event(Event event) {
                  events.add(event);
                }

                @Override
                public void dead(DecodeException reason, SourceRecord element) {
                  throw new AssertionError(reason.getMessage());
                }
              });
    } catch (DecodeException e) {
      throw new AssertionError(e.getMessage(), e);
    }
    return events;
  }

  Event redacted(String value) {
    return redactor.redact(decoded(record(value)).get(0));
  }

  /** The event as the next step gets it. */
  Event shuffled(Event event) throws Exception {
    EventCoder coder = EventCoder.of(contract.schema());
    return CoderUtils.decodeFromByteArray(coder, CoderUtils.encodeToByteArray(coder, event));
  }

  Object value(Event event, String field) {
    return event.values().get(contract.indexOf(field));
  }

  Object unknown(Event event) {
    return event.values().get(contract.unknownFieldsIndex());
  }

  static String bytes(SourceRecord record) {
    byte[] value = record.value();
    return value == null ? "null" : new String(value, UTF_8);
  }
}
