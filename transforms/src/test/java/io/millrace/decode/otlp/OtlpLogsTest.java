package io.millrace.decode.otlp;

import static io.millrace.decode.otlp.OtlpDecoding.NANOS;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;

import com.google.protobuf.ByteString;
import com.google.protobuf.CodedOutputStream;
import com.google.protobuf.Message;
import com.google.protobuf.UnknownFieldSet;
import io.millrace.decode.DecodeException;
import io.millrace.event.DeadLetterFactory;
import io.millrace.event.SourceRecord;
import io.millrace.event.SourceRecord.Header;
import io.opentelemetry.proto.collector.logs.v1.ExportLogsServiceRequest;
import io.opentelemetry.proto.logs.v1.LogRecord;
import io.opentelemetry.proto.logs.v1.ResourceLogs;
import io.opentelemetry.proto.logs.v1.ScopeLogs;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Log records, as OpenTelemetry's own library writes them and in JSON. */
class OtlpLogsTest {
  private static final Instant AT = Instant.ofEpochSecond(0, NANOS);

  private static List<byte[]> forms(Message request) {
    return List.of(request.toByteArray(), OtlpJson.of(request).getBytes(UTF_8));
  }

  @Test
  void everyFieldOfTheShippedContract() throws DecodeException {
    OtlpDecoding decoding = OtlpDecoding.shipped("otel-logs");
    List<Object> hashes = new ArrayList<>();
    for (byte[] form : forms(Requests.logs(Requests.log().build()))) {
      assertEquals(1, decoding.decode(form), () -> decoding.reasons.toString());
      assertEquals(List.of(), decoding.reasons);

      assertEquals(AT.plusNanos(123_456_789), decoding.value(0, "Timestamp"));
      assertEquals(AT.plusNanos(987_654_321), decoding.value(0, "ObservedTimestamp"));
      assertEquals(Requests.TRACE, decoding.value(0, "TraceId"));
      assertEquals(Requests.SPAN, decoding.value(0, "SpanId"));
      assertEquals(1L, decoding.value(0, "TraceFlags"));
      assertEquals("ERROR", decoding.value(0, "SeverityText"));
      assertEquals(17, decoding.value(0, "SeverityNumber"));
      assertEquals("checkout", decoding.value(0, "ServiceName"));
      assertEquals("payment \"failed\" – é", decoding.value(0, "Body"));
      assertEquals("https://r", decoding.value(0, "ResourceSchemaUrl"));
      assertEquals(
          Map.of("service.name", "checkout", "host.cpus", "8"),
          decoding.value(0, "ResourceAttributes"));
      assertEquals("https://s", decoding.value(0, "ScopeSchemaUrl"));
      assertEquals("library", decoding.value(0, "ScopeName"));
      assertEquals("1.2", decoding.value(0, "ScopeVersion"));
      assertEquals(Map.of("short", "true"), decoding.value(0, "ScopeAttributes"));
      assertEquals(
          Map.of(
              "http.method",
              "GET",
              "http.status",
              "-503",
              "ratio",
              "0.25",
              "ok",
              "true",
              "bytes",
              "\"AP8H\"",
              "list",
              "[\"a\\\"\\\\\\n\\u0001é😀\",-9223372036854775808,null]",
              "map",
              "{\"k\":\"v\",\"n\":\"\"}",
              "none",
              "null",
              "empty",
              ""),
          decoding.value(0, "LogAttributes"));
      assertEquals("failure", decoding.value(0, "EventName"));
      assertEquals(
          "{\"dropped_attributes_count\":3,\"resource\":{\"dropped_attributes_count\":2}}",
          decoding.value(0, "Extra"));
      hashes.add(decoding.value(0, "Hash"));
    }
    assertEquals(hashes.get(0), hashes.get(1));
    assertEquals(32, hashes.get(0).toString().length());
  }

  @Test
  void whatIsAbsentIsEmptyOrTheDefault() throws DecodeException {
    OtlpDecoding decoding = OtlpDecoding.shipped("otel-logs");
    for (byte[] form :
        forms(
            ExportLogsServiceRequest.newBuilder()
                .addResourceLogs(
                    ResourceLogs.newBuilder()
                        .addScopeLogs(
                            ScopeLogs.newBuilder()
                                .addLogRecords(
                                    LogRecord.newBuilder().setObservedTimeUnixNano(NANOS))))
                .build())) {
      decoding.decode(form);
      assertEquals(List.of(), decoding.reasons);
      assertEquals(AT, decoding.value(0, "Timestamp"));
      assertEquals(AT, decoding.value(0, "ObservedTimestamp"));
      for (String text : List.of("TraceId", "SeverityText", "ServiceName", "Body", "ScopeName")) {
        assertEquals("", decoding.value(0, text));
      }
      assertEquals(0, decoding.value(0, "SeverityNumber"));
      assertEquals(Map.of(), decoding.value(0, "LogAttributes"));
      assertEquals("", decoding.value(0, "Extra"));
    }
  }

  @Test
  void whatIsNotDeclaredIsNeverLost() throws DecodeException {
    String[] fields = {"method: {path: [attributes, http.method], type: string}"};
    ExportLogsServiceRequest request = Requests.logs(Requests.log().build());
    for (byte[] form : forms(request)) {
      OtlpDecoding decoding = OtlpDecoding.of("otlp-logs", "json", fields);
      decoding.decode(form);
      assertEquals("GET", decoding.value(0, "method"));
      assertEquals(
          "{\"severity_number\":17,\"severity_text\":\"ERROR\",\"body\":\"payment \\\"failed\\\" –"
              + " é\",\"attributes\":{\"http.status\":-503,\"ratio\":0.25,\"ok\":true,"
              + "\"bytes\":\"AP8H\","
              + "\"list\":[\"a\\\"\\\\\\n\\u0001é😀\",-9223372036854775808,null],"
              + "\"map\":{\"k\":\"v\",\"n\":\"\"},\"none\":null,\"empty\":\"\"},"
              + "\"dropped_attributes_count\":3,\"flags\":1,\"trace_id\":\""
              + Requests.TRACE
              + "\",\"span_id\":\""
              + Requests.SPAN
              + "\",\"observed_time\":1772366400987654321,\"event_name\":\"failure\","
              + "\"resource\":{\"attributes\":{\"service.name\":\"checkout\",\"host.cpus\":8},"
              + "\"dropped_attributes_count\":2,\"schema_url\":\"https://r\"},"
              + "\"scope\":{\"name\":\"library\",\"version\":\"1.2\","
              + "\"attributes\":{\"short\":\"true\"},\"schema_url\":\"https://s\"}}",
          decoding.value(0, "extra"));

      OtlpDecoding asMap = OtlpDecoding.of("otlp-logs", "map", fields);
      asMap.decode(form);
      Map<?, ?> extra = (Map<?, ?>) asMap.value(0, "extra");
      assertEquals("17", extra.get("severity_number"));
      assertEquals("payment \"failed\" – é", extra.get("body"));
      assertEquals("-503", extra.get("attributes.http.status"));
      assertEquals("{\"k\":\"v\",\"n\":\"\"}", extra.get("attributes.map"));
      assertEquals(Requests.TRACE, extra.get("trace_id"));
      assertEquals("checkout", extra.get("resource.attributes.service.name"));
      assertEquals("https://s", extra.get("scope.schema_url"));
      assertEquals(25, extra.size());
    }
  }

  @Test
  void attributesHaveTheDeclaredTypes() throws DecodeException {
    OtlpDecoding decoding =
        OtlpDecoding.of(
            "otlp-logs",
            "json",
            "status: {path: [attributes, http.status], type: int32}",
            "ratio: {path: [attributes, ratio], type: decimal, precision: 5, scale: 2}",
            "ok: {path: [attributes, ok], type: boolean}",
            "list: {path: [attributes, list], type: json}",
            "map: {path: [attributes, map], type: map}",
            "none: {path: [attributes, none], type: int64}",
            "cpus: {path: [resource, attributes, host.cpus], type: float64}",
            "all: {path: scope.attributes, type: json}",
            "body: {type: json}");
    for (byte[] form : forms(Requests.logs(Requests.log().build()))) {
      decoding.decode(form);
      assertEquals(List.of(), decoding.reasons);
      assertEquals(-503, decoding.value(0, "status"));
      assertEquals("0.25", decoding.value(0, "ratio").toString());
      assertEquals(true, decoding.value(0, "ok"));
      assertEquals(Map.of("k", "v", "n", ""), decoding.value(0, "map"));
      assertNull(decoding.value(0, "none"));
      assertEquals(8.0, decoding.value(0, "cpus"));
      assertEquals("{\"short\":\"true\"}", decoding.value(0, "all"));
      assertEquals("\"payment \\\"failed\\\" – é\"", decoding.value(0, "body"));
    }
  }

  @Test
  void aBadLogRecordIsDeadAloneWithItsBytes() throws DecodeException {
    OtlpDecoding decoding =
        OtlpDecoding.of(
            "otlp-logs",
            "json",
            "status: {path: [attributes, status], type: int32}",
            "severity_text: {type: string}");
    LogRecord good = LogRecord.newBuilder().setTimeUnixNano(NANOS).build();
    LogRecord wrongType = good.toBuilder().addAttributes(Requests.pair("status", "text")).build();
    LogRecord overflow =
        good.toBuilder().addAttributes(Requests.pair("status", Requests.integer(1L << 40))).build();
    LogRecord twice =
        good.toBuilder()
            .addAttributes(Requests.pair("a", "1"))
            .addAttributes(Requests.pair("a", "2"))
            .build();
    LogRecord noTime = LogRecord.newBuilder().setFlags(1).build();
    LogRecord badTrace = good.toBuilder().setTraceId(ByteString.copyFrom(new byte[5])).build();
    LogRecord[] records = {good, wrongType, overflow, twice, noTime, badTrace, good};
    for (byte[] form : forms(Requests.logs(records))) {
      assertEquals(7, decoding.decode(form));
      assertEquals(2, decoding.events.size());
      assertEquals(
          List.of(
              "wrong_type attributes.status: expected an integer, found a string",
              "number_overflow attributes.status: expected an integer of 32 bits",
              "duplicate_key attributes: stands there twice; expected it once",
              "missing_field time: required, but absent or null",
              "wrong_type trace_id: expected 16 bytes, or none"),
          decoding.reasons);
      boolean json = form[0] == '{';
      for (int i = 0; i < 5; i++) {
        assertArrayEquals(
            json ? OtlpJson.of(records[i + 1]).getBytes(UTF_8) : records[i + 1].toByteArray(),
            decoding.dead.get(i).value());
        assertEquals(7, decoding.dead.get(i).elements());
      }
    }
  }

  @Test
  void aLogRecordThatIsNoProtobufIsDeadAlone() throws DecodeException, IOException {
    OtlpDecoding decoding = OtlpDecoding.of("otlp-logs", "json", "severity_text: {type: string}");
    byte[] good = LogRecord.newBuilder().setTimeUnixNano(NANOS).build().toByteArray();
    byte[][] records = {
      good,
      {0x1a, 1, (byte) 0xff}, // text that is not UTF-8
      {0x1a, 9, 'a'}, // cut
      {0x18, 1}, // a number for a text
      {0x0b}, // a group
      {0x07}, // no field 0
      {0x10, -1, -1, -1, -1, -1, -1, -1, -1, -1, 2}, // more than 64 bits
      {0x2a, 2, 0x0a, 5}, // a body that is cut
      {0x32, 4, 0x0a, 2, 'a', -2}, // a key that is not UTF-8
      good
    };
    assertEquals(10, decoding.decode(request(records, Requests.resource().toByteArray())));
    assertEquals(
        List.of(
            "not_utf8 severity_text: expected UTF-8",
            "truncated byte 2: the protobuf ends before it is complete",
            "wrong_type severity_text: expected the wire type of its field",
            "malformed_binary byte 0: expected a protobuf field that is no group",
            "malformed_binary byte 0: expected the tag of a protobuf field",
            "malformed_binary byte 1: expected an integer of 64 bits",
            "truncated byte 4: the protobuf ends before it is complete",
            "not_utf8 attributes: expected UTF-8"),
        decoding.reasons);
    assertArrayEquals(records[8], decoding.dead.get(7).value());
  }

  /** A request with records of any bytes, behind which the resource and the scope stand. */
  private static byte[] request(byte[][] records, byte[] resource) throws IOException {
    ByteArrayOutputStream scopeBytes = new ByteArrayOutputStream();
    CodedOutputStream scope = CodedOutputStream.newInstance(scopeBytes);
    for (byte[] record : records) {
      scope.writeByteArray(2, record);
    }
    scope.writeByteArray(1, Requests.scope().toByteArray());
    scope.flush();
    ByteArrayOutputStream resourceBytes = new ByteArrayOutputStream();
    CodedOutputStream resourceLogs = CodedOutputStream.newInstance(resourceBytes);
    resourceLogs.writeByteArray(2, scopeBytes.toByteArray());
    resourceLogs.writeByteArray(1, resource);
    resourceLogs.flush();
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    CodedOutputStream request = CodedOutputStream.newInstance(out);
    request.writeByteArray(1, resourceBytes.toByteArray());
    request.flush();
    return out.toByteArray();
  }

  @Test
  void theResourceMayStandBehindTheRecords() throws DecodeException, IOException {
    OtlpDecoding decoding = OtlpDecoding.shipped("otel-logs");
    decoding.decode(
        request(
            new byte[][] {Requests.log().build().toByteArray()},
            Requests.resource().toByteArray()));
    assertEquals("checkout", decoding.value(0, "ServiceName"));
    assertEquals("library", decoding.value(0, "ScopeName"));
  }

  @Test
  void ofABadResourceEachRecordIsDead() throws DecodeException, IOException {
    OtlpDecoding decoding = OtlpDecoding.shipped("otel-logs");
    byte[] log = Requests.log().build().toByteArray();
    decoding.decode(request(new byte[][] {log, log}, new byte[] {0x0a, 4, 0x0a, 2, 'a', -2}));
    assertEquals(2, decoding.dead.size());
    assertEquals("not_utf8 resource.attributes: expected UTF-8", decoding.reasons.get(0));
  }

  @Test
  void fieldsThatTheProtocolDoesNotKnowAreKept() throws DecodeException {
    UnknownFieldSet unknown =
        UnknownFieldSet.newBuilder()
            .addField(300, UnknownFieldSet.Field.newBuilder().addFixed64(7).addVarint(1).build())
            .build();
    OtlpDecoding decoding = OtlpDecoding.of("otlp-logs", "json");
    LogRecord log = LogRecord.newBuilder().setTimeUnixNano(NANOS).setUnknownFields(unknown).build();
    decoding.decode(Requests.logs(log).toByteArray());
    String expected = Base64.getEncoder().encodeToString(unknown.toByteArray());
    String extra = decoding.value(0, "extra").toString();
    assertEquals(
        "{\"unknown_LogRecord\":[\"" + expected + "\"],",
        extra.substring(0, extra.indexOf(",") + 1));

    decoding.decode(
        """
        {"resourceLogs":[{"entity":1,"resource":{"attributes":[{"key":"a","new":2}]},"scopeLogs":[
        {"logRecords":[{"timeUnixNano":"1772366400000000000","severity_number": 4,"b":[ 1 ]}]}]}],"c":null}
        """);
    assertEquals(List.of(), decoding.reasons);
    assertEquals(
        "{\"unknown_LogRecord\":[{\"severity_number\":4,\"b\":[ 1 ]}],"
            + "\"request\":{\"unknown_ExportRequest\":[{\"c\":null}]},"
            + "\"resource\":{\"attributes\":{\"a\":null},\"unknown_ResourceLogs\":[{\"entity\":1}],"
            + "\"unknown_KeyValue\":[{\"new\":2}]}}",
        decoding.value(0, "extra"));
  }

  @Test
  void aDeadRecordThatIsReplayedIsDecodedWithWhatWasAroundIt() throws DecodeException {
    OtlpDecoding decoding = OtlpDecoding.shipped("otel-logs");
    for (byte[] form :
        forms(Requests.logs(LogRecord.newBuilder().setFlags(1).build(), Requests.log().build()))) {
      decoding.decode(form);
      SourceRecord dead = decoding.dead.get(0);
      Object hash = decoding.value(0, "Hash");
      List<Header> headers = new ArrayList<>(dead.headers());
      headers.add(new Header(DeadLetterFactory.ELEMENT_HEADER, new byte[] {'0'}));
      LogRecord fixed = Requests.log().build();

      decoding.decode(
          form[0] == '{' ? OtlpJson.of(fixed).getBytes(UTF_8) : fixed.toByteArray(),
          headers.toArray(new Header[0]));

      assertEquals(1, decoding.events.size());
      assertEquals("checkout", decoding.value(0, "ServiceName"));
      assertEquals("library", decoding.value(0, "ScopeName"));
      assertEquals(hash, decoding.value(0, "Hash"));
    }
    DecodeException e =
        assertThrows(
            DecodeException.class,
            () ->
                decoding.decode(
                    Requests.log().build().toByteArray(),
                    new Header(DeadLetterFactory.ELEMENT_HEADER, new byte[] {'0'})));
    assertEquals("missing_field", e.code().label());
  }

  @Test
  void theHashDependsOnWhatIsAround() throws DecodeException {
    OtlpDecoding decoding = OtlpDecoding.shipped("otel-logs");
    LogRecord log = Requests.log().build();
    ExportLogsServiceRequest request = Requests.logs(log, log);
    decoding.decode(request.toByteArray());
    Object hash = decoding.value(0, "Hash");
    assertEquals(hash, decoding.value(1, "Hash"));

    ExportLogsServiceRequest.Builder other = request.toBuilder();
    other.getResourceLogsBuilder(0).getResourceBuilder().setDroppedAttributesCount(9);
    decoding.decode(other.build().toByteArray());
    assertNotEquals(hash, decoding.value(0, "Hash"));
  }
}
