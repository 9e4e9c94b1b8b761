package io.millrace.decode.otlp;

import static io.millrace.decode.otlp.Requests.integer;
import static io.millrace.decode.otlp.Requests.pair;
import static io.millrace.decode.otlp.Requests.text;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;

import com.google.protobuf.Message;
import io.millrace.decode.DecodeException;
import io.opentelemetry.proto.common.v1.AnyValue;
import io.opentelemetry.proto.common.v1.KeyValueList;
import io.opentelemetry.proto.metrics.v1.Gauge;
import io.opentelemetry.proto.metrics.v1.Histogram;
import io.opentelemetry.proto.metrics.v1.HistogramDataPoint;
import io.opentelemetry.proto.metrics.v1.Metric;
import io.opentelemetry.proto.metrics.v1.NumberDataPoint;
import io.opentelemetry.proto.trace.v1.Span;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Unsigned counters, floats of 32 bits, and attributes of each type, in both encodings. */
class OtlpValueTypesTest {
  private static List<byte[]> forms(Message request) {
    return List.of(request.toByteArray(), OtlpJson.of(request).getBytes(UTF_8));
  }

  private static OtlpDecoding metrics(String... fields) {
    return OtlpDecoding.of("otlp-metrics", "json", fields);
  }

  private static Message histogram(HistogramDataPoint.Builder point) {
    return Requests.metrics(
        List.of(
            Metric.newBuilder()
                .setName("h")
                .setHistogram(
                    Histogram.newBuilder().addDataPoints(point.setTimeUnixNano(OtlpDecoding.NANOS)))
                .build()));
  }

  private static Message gauge(NumberDataPoint.Builder point) {
    return Requests.metrics(
        List.of(
            Metric.newBuilder()
                .setName("g")
                .setGauge(Gauge.newBuilder().addDataPoints(point))
                .build()));
  }

  @Test
  void countersOf64Bits() throws DecodeException {
    Message request =
        histogram(
            HistogramDataPoint.newBuilder()
                .setCount(-1)
                .addAllBucketCounts(List.of(Long.MIN_VALUE, 0L))
                .addAllExplicitBounds(List.of(0.1))
                .setSum(0.1));
    OtlpDecoding unsigned =
        metrics(
            "count: {type: uint64}",
            "bucket_counts: {type: array, items: {type: uint64}}",
            "explicit_bounds: {type: array, items: {type: float32}}",
            "sum: {type: float32}",
            "flags: {type: uint64}",
            "start_time: {type: uint64}");
    for (byte[] form : forms(request)) {
      assertEquals(1, unsigned.decode(form));
      assertEquals(List.of(), unsigned.reasons);
      assertEquals(-1L, unsigned.value(0, "count"));
      assertEquals(List.of(Long.MIN_VALUE, 0L), unsigned.value(0, "bucket_counts"));
      assertEquals(List.of(0.1f), unsigned.value(0, "explicit_bounds"));
      assertEquals(0.1f, unsigned.value(0, "sum"));
      assertEquals(0L, unsigned.value(0, "flags"));
    }
    OtlpDecoding signed = metrics("count: {type: int64}");
    for (byte[] form : forms(request)) {
      signed.decode(form);
      assertEquals(
          List.of("number_overflow count: expected an integer of 63 bits"), signed.reasons);
    }
  }

  @Test
  void aNumberAsAFloat32() throws DecodeException {
    OtlpDecoding decoding = metrics("value: {type: float32}");
    for (byte[] form : forms(gauge(Requests.point().setAsDouble(0.1)))) {
      decoding.decode(form);
      assertEquals(0.1f, decoding.value(0, "value"));
    }
    for (byte[] form : forms(gauge(Requests.point().setAsInt(3)))) {
      decoding.decode(form);
      assertEquals(3f, decoding.value(0, "value"));
    }
    for (byte[] form : forms(gauge(Requests.point().setAsDouble(1e39)))) {
      decoding.decode(form);
      assertEquals(
          List.of("number_overflow value: expected a number of 32 bits"), decoding.reasons);
    }
  }

  @Test
  void attributesOfEachType() throws DecodeException {
    OtlpDecoding decoding =
        metrics(
            "u: {path: [attributes, u], type: uint64}",
            "f: {path: [attributes, f], type: float32}",
            "v4: {path: [attributes, v4], type: ipv4}",
            "v6: {path: [attributes, v6], type: ipv6}",
            "e: {path: [attributes, e], type: enum, values: [up]}",
            "m: {path: [attributes, m], type: map, values: int64}");
    AnyValue map =
        AnyValue.newBuilder()
            .setKvlistValue(KeyValueList.newBuilder().addValues(pair("k", integer(7))))
            .build();
    NumberDataPoint.Builder point =
        Requests.point()
            .addAttributes(pair("u", integer(7)))
            .addAttributes(pair("f", AnyValue.newBuilder().setDoubleValue(0.1).build()))
            .addAttributes(pair("v4", text("10.0.0.1")))
            .addAttributes(pair("v6", text("0::1")))
            .addAttributes(pair("e", text("up")))
            .addAttributes(pair("m", map));
    for (byte[] form : forms(gauge(point))) {
      decoding.decode(form);
      assertEquals(List.of(), decoding.reasons);
      assertEquals(
          List.of(7L, 0.1f, "10.0.0.1", "::1", "up", Map.of("k", 7L)),
          List.of(
              value(decoding, "u"),
              value(decoding, "f"),
              value(decoding, "v4"),
              value(decoding, "v6"),
              value(decoding, "e"),
              value(decoding, "m")));
    }
    fails(
        decoding,
        "u",
        integer(-1),
        "number_overflow attributes.u: expected an unsigned integer of 64 bits");
    fails(
        decoding,
        "e",
        text("down"),
        "unknown_value attributes.e: expected a value of the enum: up");
    fails(
        decoding,
        "v6",
        text("x"),
        "wrong_type attributes.v6: expected an IPv6 address such as 2001:db8::1, or an IPv4 address");
  }

  private static Object value(OtlpDecoding decoding, String column) {
    Object value = decoding.value(0, column);
    if (value == null) {
      throw new AssertionError(column + " is null");
    }
    return value;
  }

  private static void fails(OtlpDecoding decoding, String key, AnyValue value, String reason)
      throws DecodeException {
    for (byte[] form : forms(gauge(Requests.point().addAttributes(pair(key, value))))) {
      decoding.decode(form);
      assertEquals(List.of(reason), decoding.reasons);
    }
  }

  @Test
  void typedAttributes() throws DecodeException {
    OtlpDecoding decoding = metrics("attributes: {type: map, values: int64}");
    NumberDataPoint.Builder point =
        NumberDataPoint.newBuilder()
            .setTimeUnixNano(OtlpDecoding.NANOS)
            .addAttributes(pair("a", integer(1)));
    for (byte[] form : forms(gauge(point))) {
      decoding.decode(form);
      assertEquals(Map.of("a", 1L), decoding.value(0, "attributes"));
    }
    for (byte[] form : forms(gauge(point.addAttributes(pair("b", text("x")))))) {
      decoding.decode(form);
      assertEquals(
          List.of("wrong_type attributes.b: expected an integer, found a string"),
          decoding.reasons);
    }
  }

  @Test
  void enumerationsOfTheProtocol() throws DecodeException {
    OtlpDecoding decoding =
        OtlpDecoding.of(
            "otlp-traces",
            "json",
            "kind: {type: enum, values: [Unspecified, Internal, Server, Client, Producer,"
                + " Consumer]}");
    for (Span.SpanKind kind :
        List.of(Span.SpanKind.SPAN_KIND_UNSPECIFIED, Span.SpanKind.SPAN_KIND_CLIENT)) {
      Message request = Requests.traces(Requests.span().setKind(kind).build());
      for (byte[] form : forms(request)) {
        decoding.decode(form);
        assertEquals(List.of(), decoding.reasons);
        assertEquals(
            kind == Span.SpanKind.SPAN_KIND_CLIENT ? "Client" : "Unspecified",
            decoding.value(0, "kind"));
      }
    }
    decoding.decode(Requests.traces(Requests.span().setKindValue(77).build()).toByteArray());
    assertEquals(
        List.of(
            "unknown_value kind: expected a value of the enum: Unspecified, Internal, Server,"
                + " Client, Producer, Consumer"),
        decoding.reasons);
  }
}
