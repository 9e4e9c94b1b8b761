package io.millrace.decode.csv;

import io.millrace.contract.Contract;
import io.millrace.contract.yaml.ContractLoader;
import io.millrace.decode.DecodeException;
import io.millrace.decode.RecordDecoder;
import io.millrace.event.Event;
import io.millrace.event.SourceRecord;
import io.millrace.event.SourceRecord.Header;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** Decodes CSV by a contract whose fields are {@code at}, in seconds, and more. */
final class CsvDecoding implements RecordDecoder.Receiver {
  static final long TIME = 1_772_359_200_000L;

  final Contract contract;
  final RecordDecoder decoder;

  /** Each element: its number, and its values or its code and bytes. */
  final List<String> elements = new ArrayList<>();

  final List<Event> events = new ArrayList<>();
  final List<SourceRecord> dead = new ArrayList<>();
  final List<DecodeException> reasons = new ArrayList<>();

  private CsvDecoding(Contract contract) {
    this.contract = contract;
    this.decoder = RecordDecoder.compile(contract, () -> TIME);
  }

  /**
   * Prepares decoding.
   *
   * @param options of the format, as in a YAML mapping
   * @param fields lines of YAML
   */
  static CsvDecoding of(String options, String... fields) {
    return of("json", options, fields);
  }

  static CsvDecoding of(String unknownForm, String options, String[] fields) {
    return new CsvDecoding(contract(unknownForm, options, "{}", fields));
  }

  static CsvDecoding limited(String limits, String options, String... fields) {
    return new CsvDecoding(contract("json", options, limits, fields));
  }

  static Contract contract(String unknownForm, String options, String limits, String... fields) {
    return ContractLoader.parse(
        """
        contract: c
        version: 1
        format: {type: csv, %s}
        limits: %s
        fields:
          at: {type: timestamp, format: epoch_s, required: true}
          %s
        event_time: {field: at}
        identity: [at]
        unknown_fields: {column: extra, as: %s}
        tables: {normal: {name: t}}
        """
            .formatted(options, limits, String.join("\n  ", fields), unknownForm),
        "c.yaml");
  }

  static SourceRecord record(byte[] value, Header... headers) {
    return new SourceRecord("t", 0, 7, null, value, List.of(headers), TIME, TIME);
  }

  static SourceRecord record(String text, Header... headers) {
    return record(text.getBytes(StandardCharsets.UTF_8), headers);
  }

  /** What a record holds. */
  List<String> decode(String text, Header... headers) throws DecodeException {
    return decode(record(text, headers));
  }

  List<String> decode(SourceRecord record) throws DecodeException {
    elements.clear();
    events.clear();
    dead.clear();
    reasons.clear();
    int count = decoder.decode(record, this);
    if (count != elements.size()) {
      throw new AssertionError(count + " elements counted, " + elements.size() + " given");
    }
    return elements;
  }

  @Override
  public void event(Event event) {
    events.add(event);
    StringBuilder text = new StringBuilder();
    text.append(event.origin().elementNumber());
    for (int i = 1; i < contract.fields().size(); i++) {
      Object value = event.row().getValue(i);
      text.append(' ').append(value);
    }
    Object unknown = event.row().getValue(contract.unknownFieldsIndex());
    elements.add(text + (unknown.toString().isEmpty() ? "" : " " + unknown));
  }

  @Override
  public void dead(DecodeException reason, SourceRecord element) {
    dead.add(element);
    reasons.add(reason);
    elements.add(
        element.element()
            + " "
            + reason.code().label()
            + " "
            + new String(element.value(), StandardCharsets.UTF_8));
  }
}
