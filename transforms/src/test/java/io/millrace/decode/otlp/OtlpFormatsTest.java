package io.millrace.decode.otlp;

import static io.millrace.decode.otlp.OtlpDecoding.NANOS;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import com.google.protobuf.Message;
import io.millrace.contract.yaml.ContractException;
import io.millrace.contract.yaml.Problems;
import io.millrace.decode.DecodeException;
import io.millrace.decode.json.Decoding;
import io.opentelemetry.proto.collector.logs.v1.ExportLogsServiceRequest;
import io.opentelemetry.proto.logs.v1.LogRecord;
import io.opentelemetry.proto.logs.v1.ResourceLogs;
import io.opentelemetry.proto.logs.v1.ScopeLogs;
import io.opentelemetry.proto.resource.v1.Resource;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What a contract may declare, and how the encoding is found. */
class OtlpFormatsTest {
  private static final Message REQUEST = Requests.logs(Requests.log().build());

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          otlp-logs    | a: {path: severity, type: string}       | fields.a.path: otlp-logs has no `severity`
          otlp-logs    | a: {path: duration, type: int64}        | fields.a.path: otlp-logs has no `duration`
          otlp-logs    | a: {path: body.text, type: string}      | fields.a.path: otlp-logs has no `body.text`
          otlp-logs    | severity_text: {type: int64}            | fields.severity_text.type: expected json, string, text
          otlp-logs    | flags: {type: string}                   | fields.flags.type: expected int32, int64, json, text, uint64
          otlp-logs    | hash: {type: int64}                     | fields.hash.type: expected string, text
          otlp-logs    | attributes: {type: string}              | fields.attributes.type: expected json, map, text
          otlp-logs    | observed_time: {type: timestamp, format: epoch_ms} | fields.observed_time.format: expected epoch_ns
          otlp-logs    | 'a: {path: [attributes, k], type: array, items: {type: string}}' | fields.a.type: expected a scalar type or map
          otlp-traces  | kind: {type: boolean}                   | fields.kind.type: expected enum, int32, int64, json, string, text
          otlp-traces  | 'kind: {type: enum, values: [Client, Server]}' | fields.kind.values: expected at least Unspecified, Internal, Server, Client, Producer, Consumer
          otlp-traces  | 'events: {type: array, items: {type: string}}' | fields.events.items.type: expected record
          otlp-traces  | 'events: {type: array, items: {type: record, fields: {x: {type: string}}}}' | fields.events.items.fields.x.path: otlp-traces has no `x`
          otlp-traces  | value: {type: float64}                  | fields.value.path: otlp-traces has no `value`
          otlp-metrics | value: {type: int64}                    | fields.value.type: expected float32, float64, json, text
          otlp-metrics | 'bucket_counts: {type: array, items: {type: float64}}' | fields.bucket_counts.items.type: expected int64 or uint64
          """)
  void aContractDeclaresOnlyWhatTheFormatHas(String format, String field, String problem) {
    ContractException e =
        assertThrows(
            ContractException.class, () -> OtlpDecoding.contract(format, "json", "", field));
    String found = String.join("\n", Problems.withoutPositions(e));
    assertEquals(
        "c.yaml: " + problem, found.substring(0, Math.min(found.length(), 8 + problem.length())));
    assertEquals(1, e.problems().size());
  }

  @Test
  void theEncodingIsAnOption() throws DecodeException {
    byte[] protobuf = REQUEST.toByteArray();
    byte[] json = OtlpJson.of(REQUEST).getBytes(UTF_8);
    OtlpDecoding both = OtlpDecoding.of("{type: otlp-logs, encoding: auto}", "json");
    assertEquals(1, both.decode(protobuf));
    assertEquals(1, both.decode(json));
    OtlpDecoding onlyProtobuf = OtlpDecoding.of("{type: otlp-logs, encoding: protobuf}", "json");
    assertEquals(1, onlyProtobuf.decode(protobuf));
    assertThrows(DecodeException.class, () -> onlyProtobuf.decode(json));
    OtlpDecoding onlyJson = OtlpDecoding.of("{type: otlp-logs, encoding: json}", "json");
    assertEquals(1, onlyJson.decode(json));
    assertThrows(DecodeException.class, () -> onlyJson.decode(protobuf));
    assertThrows(
        ContractException.class, () -> OtlpDecoding.of("{type: otlp-logs, encoding: xml}", "json"));
  }

  @Test
  void whiteSpaceAndAMarkMayStandBeforeJson() throws DecodeException {
    OtlpDecoding decoding = OtlpDecoding.of("otlp-logs", "json");
    for (String before : List.of(" ", "\n", "\r\n\t ", "\ufeff", "\ufeff\n")) {
      assertEquals(1, decoding.decode(before + OtlpJson.of(REQUEST)));
    }
  }

  /** A tag is the character of a line break, and a length of 123 is that of a brace. */
  @Test
  void protobufThatBeginsLikeJsonIsProtobuf() throws DecodeException {
    OtlpDecoding decoding = OtlpDecoding.of("otlp-logs", "json");
    LogRecord log = LogRecord.newBuilder().setTimeUnixNano(NANOS).build();
    ResourceLogs.Builder resource =
        ResourceLogs.newBuilder()
            .addScopeLogs(ScopeLogs.newBuilder().addLogRecords(log))
            .setResource(Resource.newBuilder());
    for (int i = 0; resource.build().getSerializedSize() < '{'; i++) {
      resource.setSchemaUrl("x".repeat(i));
    }
    byte[] bytes =
        ExportLogsServiceRequest.newBuilder().addResourceLogs(resource).build().toByteArray();
    assertEquals("\n{", new String(bytes, 0, 2, UTF_8));
    assertEquals(1, decoding.decode(bytes));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          {"resourceLogs":[{"scopeLogs":[{"logRecords":[{}]}]} | truncated
          {"resourceLogs":[{"scopeLogs":[{"logRecords":[{},]}]}]} | malformed_json
          {"resourceLogs":{}}                    | wrong_type
          {"resourceLogs":[1]}                   | not_an_object
          {"resourceLogs":[],"resourceLogs":[]}  | duplicate_key
          {"resourceLogs":[]} x                  | trailing_garbage
          """)
  void aRequestThatCannotBeTakenApartIsOneDeadEvent(String json, String code) {
    OtlpDecoding decoding = OtlpDecoding.of("{type: otlp-logs, encoding: json}", "json");
    DecodeException e = assertThrows(DecodeException.class, () -> decoding.decode(json));
    assertEquals(code, e.code().label());
    assertEquals(0, decoding.events.size() + decoding.dead.size());
  }

  @Test
  void protobufThatCannotBeTakenApartIsOneDeadEvent() {
    OtlpDecoding decoding = OtlpDecoding.of("otlp-logs", "json");
    byte[] request = REQUEST.toByteArray();
    byte[] cut = Arrays.copyOf(request, request.length - 1);
    assertEquals("truncated", failure(decoding, cut));
    assertEquals("wrong_type", failure(decoding, new byte[] {8, 1}));
    assertEquals("malformed_binary", failure(decoding, new byte[] {0x0b, 0x0c}));
    assertEquals("empty", failure(decoding, new byte[0]));
    DecodeException gzip =
        assertThrows(
            DecodeException.class, () -> decoding.decode(new byte[] {0x1f, (byte) 0x8b, 8, 0}));
    assertEquals(true, gzip.getMessage().contains("looks like gzip"));
    DecodeException none =
        assertThrows(
            DecodeException.class,
            () -> decoding.decoder.decode(OtlpDecoding.record(null), decoding));
    assertEquals("tombstone", none.code().label());
  }

  private static String failure(OtlpDecoding decoding, byte[] bytes) {
    DecodeException e = assertThrows(DecodeException.class, () -> decoding.decode(bytes));
    assertEquals(0, decoding.events.size() + decoding.dead.size());
    return e.code().label();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{}",
        "{\"resourceLogs\":null}",
        "{\"resourceLogs\":[{\"scopeLogs\":[{\"scope\":{}}]}]}"
      })
  void aRequestMayHoldNothing(String json) throws DecodeException {
    assertEquals(0, OtlpDecoding.of("otlp-logs", "json").decode(json));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          "timeUnixNano":17                  |
          "timeUnixNano":"-1"                | number_overflow timeUnixNano
          "timeUnixNano":1.5                 | wrong_type timeUnixNano
          "timeUnixNano":"x"                 | wrong_type timeUnixNano
          "timeUnixNano":"18446744073709551616" | number_overflow timeUnixNano
          "timeUnixNano":"18446744073709551615" | time_out_of_range time
          "timeUnixNano":"1","flags":-1      | number_overflow flags
          "timeUnixNano":"1","flags":true    | wrong_type flags
          "timeUnixNano":"1","severityNumber":"SEVERITY_NUMBER_INFO" | wrong_type severityNumber
          "timeUnixNano":"1","traceId":"xyz" | wrong_type traceId
          "timeUnixNano":"1","traceId":"00"  | wrong_type trace_id
          "timeUnixNano":"1","body":"text"   | wrong_type body
          "timeUnixNano":"1","body":{"stringValue":"a","intValue":1} | duplicate_key body
          "timeUnixNano":"1","body":{"bytesValue":"*"} | wrong_type bytesValue
          "timeUnixNano":"1","body":{"doubleValue":"0x1p3"} | wrong_type doubleValue
          "timeUnixNano":"1","body":{"doubleValue":1e999} | number_overflow doubleValue
          "timeUnixNano":"1","body":{"stringValue":"\\ud800"} | lone_surrogate byte
          "timeUnixNano":"1","timeUnixNano":"1" | duplicate_key LogRecord.timeUnixNano
          "timeUnixNano":"1","attributes":{} | wrong_type attributes
          "timeUnixNano":"1",                | malformed_json byte
          """)
  void valuesOfJson(String members, String reason) throws DecodeException {
    OtlpDecoding decoding = OtlpDecoding.of("otlp-logs", "json", "trace_id: {type: string}");
    decoding.decode(
        "{\"resourceLogs\":[{\"scopeLogs\":[{\"logRecords\":[{" + members.strip() + "}]}]}]}");
    String found = decoding.reasons.isEmpty() ? "" : decoding.reasons.get(0);
    String expected = reason == null ? "" : reason;
    assertEquals(expected, found.substring(0, Math.min(found.length(), expected.length())), found);
    assertEquals(reason == null ? 0 : 1, decoding.reasons.size());
  }

  /** The sample holds what the Collector sends for one request a line. */
  @Test
  void theSampleEvents() throws DecodeException {
    OtlpDecoding decoding = OtlpDecoding.shipped("otel-logs");
    int events = 0;
    for (String line : Decoding.lines("events/otlp-logs.jsonl")) {
      decoding.decode(line);
      assertEquals(List.of(), decoding.reasons);
      events += decoding.events.size();
      assertEquals("", decoding.value(0, "Extra"));
    }
    assertEquals(12, events);
  }
}
