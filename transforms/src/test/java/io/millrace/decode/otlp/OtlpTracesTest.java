package io.millrace.decode.otlp;

import static io.millrace.decode.otlp.OtlpDecoding.NANOS;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.protobuf.Message;
import io.millrace.decode.DecodeException;
import io.opentelemetry.proto.trace.v1.Span;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import org.apache.beam.sdk.values.Row;
import org.junit.jupiter.api.Test;

/** Spans, as OpenTelemetry's own library writes them and in JSON. */
class OtlpTracesTest {
  private static final Instant AT = Instant.ofEpochSecond(0, NANOS);

  private static List<byte[]> forms(Message request) {
    return List.of(request.toByteArray(), OtlpJson.of(request).getBytes(UTF_8));
  }

  private static List<List<Object>> rows(Object array) {
    List<List<Object>> rows = new ArrayList<>();
    for (Object row : (Collection<?>) array) {
      rows.add(((Row) row).getValues());
    }
    return rows;
  }

  @Test
  void everyFieldOfTheShippedContract() throws DecodeException {
    OtlpDecoding decoding = OtlpDecoding.shipped("otel-traces");
    for (byte[] form : forms(Requests.traces(Requests.span().build()))) {
      decoding.decode(form);
      assertEquals(List.of(), decoding.reasons);

      assertEquals(AT.plusNanos(1), decoding.value(0, "Timestamp"));
      assertEquals(Requests.TRACE, decoding.value(0, "TraceId"));
      assertEquals(Requests.SPAN, decoding.value(0, "SpanId"));
      assertEquals("00000000000000ff", decoding.value(0, "ParentSpanId"));
      assertEquals("a=b", decoding.value(0, "TraceState"));
      assertEquals("GET /cart", decoding.value(0, "SpanName"));
      assertEquals("Server", decoding.value(0, "SpanKind"));
      assertEquals("checkout", decoding.value(0, "ServiceName"));
      assertEquals("library", decoding.value(0, "ScopeName"));
      assertEquals(1_500_000_001L, decoding.value(0, "Duration"));
      assertEquals("Error", decoding.value(0, "StatusCode"));
      assertEquals("late", decoding.value(0, "StatusMessage"));
      assertEquals(9, ((Map<?, ?>) decoding.value(0, "SpanAttributes")).size());
      List<List<Object>> events = rows(decoding.value(0, "Events"));
      assertEquals(List.of(AT.plusNanos(7), "retry", Map.of("n", "1")), events.get(0));
      assertNull(events.get(1).get(0));
      assertEquals(List.of("end", Map.of()), events.get(1).subList(1, 3));
      assertEquals(
          List.of(List.of(Requests.TRACE, Requests.SPAN, "c=d", Map.of("why", "batch"))),
          rows(decoding.value(0, "Links")));
      assertEquals(
          "{\"events\":[{},{\"dropped_attributes_count\":4}],"
              + "\"resource\":{\"dropped_attributes_count\":2},"
              + "\"scope\":{\"attributes\":{\"short\":\"true\"}}}",
          decoding.value(0, "Extra"));
    }
  }

  @Test
  void kindsAndStatusesThatAreNotSent() throws DecodeException {
    OtlpDecoding decoding =
        OtlpDecoding.of(
            "otlp-traces",
            "json",
            "kind: {type: string}",
            "code: {path: status.code, type: string}",
            "number: {path: status.message, type: string}",
            "events: {type: json}",
            "end_time: {type: timestamp}",
            "duration: {type: int64}");
    Span span = Span.newBuilder().setStartTimeUnixNano(NANOS).build();
    Span future = span.toBuilder().setKindValue(77).build();
    for (byte[] form : forms(Requests.traces(span, future))) {
      decoding.decode(form);
      assertEquals("Unspecified", decoding.value(0, "kind"));
      assertEquals("77", decoding.value(1, "kind"));
      assertEquals("Unset", decoding.value(0, "code"));
      assertNull(decoding.value(0, "events"));
      assertNull(decoding.value(0, "end_time"));
      assertNull(decoding.value(0, "duration"));
    }
  }

  @Test
  void eventsAndLinksAsJsonAndNotDeclared() throws DecodeException {
    OtlpDecoding decoding = OtlpDecoding.of("otlp-traces", "json", "events: {type: json}");
    for (byte[] form : forms(Requests.traces(Requests.span().clearAttributes().build()))) {
      decoding.decode(form);
      assertEquals(
          "[{\"time\":1772366400000000007,\"name\":\"retry\",\"attributes\":{\"n\":1}},"
              + "{\"name\":\"end\",\"dropped_attributes_count\":4}]",
          decoding.value(0, "events"));
      String extra = decoding.value(0, "extra").toString();
      assertEquals(
          "\"end_time\":1772366401500000002,\"links\":[{\"trace_id\":\""
              + Requests.TRACE
              + "\",\"span_id\":\""
              + Requests.SPAN
              + "\",\"trace_state\":\"c=d\",\"attributes\":{\"why\":\"batch\"}}],"
              + "\"status\":{\"message\":\"late\",\"code\":\"Error\"},",
          extra.substring(extra.indexOf("\"end_time"), extra.indexOf("\"resource")));
    }
  }

  @Test
  void aSpanWithoutItsNumbersIsDead() throws DecodeException {
    OtlpDecoding decoding = OtlpDecoding.shipped("otel-traces");
    Span none = Requests.span().clearSpanId().build();
    Span zero = Requests.span().setTraceId(Requests.hex("00".repeat(16))).build();
    for (byte[] form : forms(Requests.traces(none, zero, Requests.span().build()))) {
      decoding.decode(form);
      assertEquals(1, decoding.events.size());
      assertEquals(
          List.of(
              "missing_field span_id: required, but absent or null",
              "missing_field trace_id: required, but absent or null"),
          decoding.reasons);
    }
  }

  /** Wherever they stand, and each once. */
  @Test
  void membersThatTheProtocolDoesNotKnowAreKept() throws DecodeException {
    OtlpDecoding decoding =
        OtlpDecoding.of(
            "otlp-traces",
            "json",
            "a: {path: [attributes, a], type: text}",
            "b: {path: [attributes, b], type: json}",
            "events: {type: array, items: {type: record, fields: {attributes: {type: map},"
                + " name: {type: string}}}}");
    String value = "{\"arrayValue\":{\"values\":[{\"q\":1}],\"r\":2},\"s\":3}";
    decoding.decode(
        ("{\"resourceSpans\":[{\"scopeSpans\":[{\"spans\":[{\"startTimeUnixNano\":1,"
                + "\"attributes\":[{\"key\":\"a\",\"value\":%s,\"t\":4},{\"key\":\"b\",\"value\":%s},"
                + "{\"key\":\"c\",\"value\":%s,\"u\":5}],"
                + "\"events\":[{\"v\":6,\"attributes\":[{\"key\":\"d\",\"w\":7}]}]}]}]}]}")
            .formatted(value, value, value));
    assertEquals(List.of(), decoding.reasons);
    assertEquals("[null]", decoding.value(0, "a"));
    assertEquals("[null]", decoding.value(0, "b"));
    String threeTimes = "[{\"%s\":%d},{\"%s\":%d},{\"%s\":%d}]";
    String extra = decoding.value(0, "extra").toString();
    assertEquals("{\"attributes\":{\"c\":[null]},", extra.substring(0, 27));
    for (String found :
        List.of(
            "\"unknown_KeyValue\":[{\"t\":4},{\"w\":7},{\"u\":5}]",
            "\"unknown_Span.Event\":[{\"v\":6}]",
            "\"unknown_ArrayValue\":" + threeTimes.formatted("r", 2, "r", 2, "r", 2))) {
      assertTrue(extra.contains(found), extra);
    }
    assertEquals(7, extra.split("\\{\"[qs]\"", -1).length, extra);
  }
}
