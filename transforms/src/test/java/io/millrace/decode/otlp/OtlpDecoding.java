package io.millrace.decode.otlp;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import io.millrace.contract.Contract;
import io.millrace.contract.yaml.ContractLoader;
import io.millrace.decode.DecodeException;
import io.millrace.decode.RecordDecoder;
import io.millrace.decode.json.Decoding;
import io.millrace.event.Event;
import io.millrace.event.SourceRecord;
import io.millrace.event.SourceRecord.Header;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.checkerframework.checker.nullness.qual.Nullable;

/** A decoder, and what it hands over. */
final class OtlpDecoding implements RecordDecoder.Receiver {
  /** The source's clock: 2026-03-01T12:00:00Z. */
  static final long TIME = 1_772_366_400_000L;

  /** The same in nanoseconds. */
  static final long NANOS = TIME * 1_000_000;

  final Contract contract;
  final RecordDecoder decoder;
  final List<Event> events = new ArrayList<>();
  final List<SourceRecord> dead = new ArrayList<>();
  final List<String> reasons = new ArrayList<>();
  private int next;

  OtlpDecoding(Contract contract) {
    this.contract = contract;
    this.decoder = RecordDecoder.compile(contract, () -> TIME);
  }

  /** By one of the contracts that are shipped. */
  static OtlpDecoding shipped(String name) {
    return new OtlpDecoding(
        ContractLoader.parse(Decoding.resource("contracts/" + name + ".yaml"), name + ".yaml"));
  }

  /** By a small contract with the time, and the fields given. */
  static OtlpDecoding of(String format, String unknownAs, String... fields) {
    return new OtlpDecoding(contract(format, unknownAs, "", fields));
  }

  static Contract contract(String format, String unknownAs, String limits, String... fields) {
    return ContractLoader.parse(
        """
        contract: c
        version: 1
        format: %s
        limits: {%s}
        fields:
          time: {type: timestamp, required: true}
          %s
        event_time: {field: time}
        identity: [time]
        unknown_fields: {column: extra, as: %s}
        tables:
          normal: {name: n, columns: [time, extra]}
          late: {name: l, columns: [time, extra]}
          dead_letters: {name: d}
        """
            .formatted(format, limits, String.join("\n  ", fields), unknownAs),
        "c.yaml");
  }

  static SourceRecord record(byte @Nullable [] bytes, Header... headers) {
    return new SourceRecord("t", 0, 7, null, bytes, List.of(headers), TIME, TIME);
  }

  /** Decodes a record; gives how many elements it holds. */
  int decode(byte[] bytes, Header... headers) throws DecodeException {
    events.clear();
    dead.clear();
    reasons.clear();
    next = 0;
    int count = decoder.decode(record(bytes, headers), this);
    assertEquals(count, events.size() + dead.size());
    return count;
  }

  int decode(String json, Header... headers) throws DecodeException {
    return decode(json.getBytes(StandardCharsets.UTF_8), headers);
  }

  /** A value of an event. */
  @Nullable Object value(int event, String column) {
    return events.get(event).row().getValue(column);
  }

  @Override
  public void event(Event event) {
    assertEquals(next++, event.origin().elementNumber());
    events.add(event);
  }

  @Override
  public void dead(DecodeException reason, SourceRecord element) {
    assertEquals(next++, element.elementNumber());
    assertFalse(reason.getMessage().contains("\n"), "one line");
    dead.add(element);
    reasons.add(reason.code().label() + " " + reason.getMessage());
  }
}
