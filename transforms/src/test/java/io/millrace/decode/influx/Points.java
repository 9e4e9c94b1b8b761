package io.millrace.decode.influx;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import io.millrace.contract.Contract;
import io.millrace.contract.yaml.ContractLoader;
import io.millrace.decode.DecodeException;
import io.millrace.decode.RecordDecoder;
import io.millrace.event.Event;
import io.millrace.event.SourceRecord;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.apache.beam.sdk.values.Row;
import org.checkerframework.checker.nullness.qual.Nullable;

/** One contract's decoder of line protocol, what it handed over, and short ways to ask it. */
final class Points implements RecordDecoder.Receiver {
  /** The source's clock. */
  static final Instant RECORD_TIME = Instant.parse("2026-03-01T12:00:00.123Z");

  private static final long NOW = Instant.parse("2026-03-02T00:00:00Z").toEpochMilli();

  /** A dead element. */
  record Dead(DecodeException reason, SourceRecord element) {}

  final Contract contract;
  final List<Event> events = new ArrayList<>();
  final List<Dead> dead = new ArrayList<>();

  /** All elements in the order in which they came: a row's values, or a code. */
  final List<String> elements = new ArrayList<>();

  private final RecordDecoder decoder;

  Points(Contract contract) {
    this.contract = contract;
    this.decoder = RecordDecoder.compile(contract, () -> NOW);
  }

  /** By a contract with these fields and {@code at}, the time of a point. */
  static Points of(String options, String unknownAs, String... fields) {
    return new Points(contract(options, unknownAs, fields));
  }

  /** Each part of a point in a column. */
  static Points whole() {
    return of(
        "",
        "json",
        "m: {path: measurement, type: string}",
        "tags: {type: json}",
        "fields: {type: json}");
  }

  static Contract contract(String options, String unknownAs, String... fields) {
    return ContractLoader.parse(yaml(options, "", unknownAs, fields), "c.yaml");
  }

  static Contract contractWithin(String limits, String options, String... fields) {
    return ContractLoader.parse(yaml(options, limits, "json", fields), "c.yaml");
  }

  private static String yaml(String options, String limits, String unknownAs, String... fields) {
    return """
        contract: c
        version: 1
        format: {type: influx%s}
        limits: {%s}
        fields:
          at: {path: time, type: timestamp, required: true}
          %s
        event_time: {field: at}
        identity: [at]
        unknown_fields: {column: extra, as: %s}
        tables: {normal: {name: n}}
        """
        .formatted(
            options.isEmpty() ? "" : ", " + options,
            limits,
            String.join("\n  ", fields),
            unknownAs);
  }

  static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  static SourceRecord record(byte @Nullable [] value) {
    long time = RECORD_TIME.toEpochMilli();
    return new SourceRecord("t", 1, 7, null, value, List.of(), time, time);
  }

  @Override
  public void event(Event event) {
    events.add(event);
    Row row = event.row();
    StringBuilder values = new StringBuilder();
    for (Object value : row.getValues().subList(1, contract.fields().size())) {
      values.append(' ').append(value);
    }
    Object extra = row.getValue("extra");
    if (extra != null && !extra.toString().isEmpty() && !extra.toString().equals("{}")) {
      values.append(" + ").append(extra);
    }
    elements.add(event.origin().element() + values.toString());
  }

  @Override
  public void dead(DecodeException reason, SourceRecord element) {
    assertEquals(0, reason.getStackTrace().length, "a stack trace is costly and says nothing");
    assertFalse(reason.getMessage().contains("\n"), "one line");
    dead.add(new Dead(reason, element));
    elements.add(
        element.element()
            + " "
            + reason.code().label()
            + " "
            + new String(element.value(), StandardCharsets.UTF_8));
  }

  /** Decodes one record more. */
  int decode(byte @Nullable [] bytes) throws DecodeException {
    return decoder.decode(record(bytes), this);
  }

  /** What one record alone holds. */
  List<String> elements(String lines) throws DecodeException {
    clear();
    assertEquals(decode(utf8(lines)), elements.size());
    return elements;
  }

  void clear() {
    events.clear();
    dead.clear();
    elements.clear();
  }

  /** The event of a line. */
  Event event(String line) {
    clear();
    try {
      decode(utf8(line));
    } catch (DecodeException e) {
      throw new AssertionError(e.code() + ": " + e.getMessage() + " in " + line, e);
    }
    if (!dead.isEmpty()) {
      DecodeException e = dead.get(0).reason();
      throw new AssertionError(e.code() + ": " + e.getMessage() + " in " + line, e);
    }
    assertEquals(1, events.size(), line);
    return events.get(0);
  }

  Row row(String line) {
    return event(line).row();
  }

  @Nullable Object value(String column, String line) {
    return row(line).getValue(column);
  }

  /** Why a line is dead: code and message. */
  String failure(String line) {
    clear();
    try {
      decode(utf8(line));
    } catch (DecodeException e) {
      throw new AssertionError("the record is dead, not its line: " + line, e);
    }
    assertEquals(1, dead.size(), line);
    assertEquals(0, events.size(), line);
    DecodeException e = dead.get(0).reason();
    return e.code().label() + " " + e.getMessage();
  }
}
