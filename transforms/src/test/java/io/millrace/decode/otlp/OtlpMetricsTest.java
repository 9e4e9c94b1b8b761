package io.millrace.decode.otlp;

import static io.millrace.decode.otlp.OtlpDecoding.NANOS;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import com.google.protobuf.Message;
import io.millrace.decode.DecodeException;
import io.millrace.event.DeadLetterFactory;
import io.millrace.event.SourceRecord.Header;
import io.opentelemetry.proto.metrics.v1.Gauge;
import io.opentelemetry.proto.metrics.v1.Metric;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Data points, as OpenTelemetry's own library writes them and in JSON. */
class OtlpMetricsTest {
  private static List<byte[]> forms(Message request) {
    return List.of(request.toByteArray(), OtlpJson.of(request).getBytes(UTF_8));
  }

  private static void row(OtlpDecoding decoding, int event, Object... expected) {
    for (int i = 0; i < expected.length; i += 2) {
      assertEquals(
          expected[i + 1],
          decoding.value(event, (String) expected[i]),
          () -> event + ": " + decoding.events.get(event).row());
    }
  }

  @Test
  void aPointOfEachTypeByTheShippedContract() throws DecodeException {
    OtlpDecoding decoding = OtlpDecoding.shipped("otel-metrics");
    List<Object> hashes = new ArrayList<>();
    for (byte[] form : forms(Requests.metrics(Requests.allMetrics()))) {
      assertEquals(6, decoding.decode(form));
      assertEquals(List.of(), decoding.reasons);

      row(decoding, 0, "MetricName", "load", "MetricType", "gauge", "Value", 0.75);
      row(decoding, 0, "MetricDescription", "of load", "MetricUnit", "s", "Count", null);
      row(
          decoding,
          0,
          "TimeUnix",
          Instant.ofEpochSecond(0, NANOS),
          "Attributes",
          Map.of("cpu", "0"));
      row(decoding, 0, "StartTimeUnix", Instant.ofEpochSecond(0, NANOS - 5), "Flags", 0L);
      row(decoding, 0, "AggregationTemporality", "Unspecified", "IsMonotonic", false);
      row(decoding, 0, "ServiceName", "checkout", "ScopeName", "library");

      row(decoding, 1, "MetricType", "sum", "AggregationTemporality", "Delta", "IsMonotonic", true);
      row(decoding, 1, "Value", 42.0, "Flags", 1L);
      assertEquals(
          "[{\"time\":5,\"value\":2.5,\"span_id\":\""
              + Requests.SPAN
              + "\",\"trace_id\":\""
              + Requests.TRACE
              + "\",\"filtered_attributes\":{\"user\":\"u\"}}]",
          decoding.value(1, "Exemplars"));
      assertEquals("{\"resource\":{\"dropped_attributes_count\":2}}", decoding.value(1, "Extra"));

      row(decoding, 2, "Value", 0x1p53);
      assertEquals(
          "{\"value_int\":9007199254740993,\"resource\":{\"dropped_attributes_count\":2}}",
          decoding.value(2, "Extra"));

      row(decoding, 3, "MetricType", "histogram", "Count", 6L, "Sum", 7.5, "Min", 0.0, "Max", 4.5);
      row(decoding, 3, "BucketCounts", List.of(1L, 2L, 3L), "ExplicitBounds", List.of(0.5, 1.0));
      row(decoding, 3, "Value", null, "Scale", null);

      row(decoding, 4, "MetricType", "exponential_histogram", "Scale", -3, "ZeroCount", 2L);
      row(decoding, 4, "PositiveOffset", -9, "PositiveBucketCounts", List.of(0L, 298L));
      row(decoding, 4, "NegativeOffset", 0, "NegativeBucketCounts", List.of(), "Sum", null);
      assertEquals(
          "{\"zero_threshold\":0.001,\"resource\":{\"dropped_attributes_count\":2}}",
          decoding.value(4, "Extra"));

      row(decoding, 5, "MetricType", "summary", "Count", 2L, "Sum", 3.0);
      row(decoding, 5, "ValueAtQuantiles", "[{\"quantile\":0.5,\"value\":\"NaN\"}]");
      for (int i = 0; i < 6; i++) {
        hashes.add(decoding.value(i, "Hash"));
      }
    }
    assertEquals(hashes.subList(0, 6), hashes.subList(6, 12));
    assertEquals(6, hashes.stream().distinct().count());
  }

  @Test
  void whatIsNotDeclaredOfAMetricIsNeverLost() throws DecodeException {
    OtlpDecoding decoding =
        OtlpDecoding.of("otlp-metrics", "json", "value_int: {type: int64}", "value: {type: text}");
    for (byte[] form : forms(Requests.metrics(Requests.allMetrics()))) {
      decoding.decode(form);
      assertEquals(List.of(), decoding.reasons);
      row(decoding, 0, "value", "0.75", "value_int", null);
      row(decoding, 1, "value", null, "value_int", 42L);
      String extra = decoding.value(3, "extra").toString();
      assertEquals(
          "{\"count\":6,\"sum\":7.5,\"bucket_counts\":[1,2,3],\"explicit_bounds\":[0.5,1.0],"
              + "\"attributes\":{\"path\":\"/\"},\"min\":0.0,\"max\":4.5,",
          extra.substring(0, extra.indexOf("\"resource")));
      assertEquals(
          "\"metric\":{\"name\":\"latency\",\"description\":\"of latency\",\"unit\":\"s\"},"
              + "\"aggregation_temporality\":\"Delta\"}",
          extra.substring(extra.indexOf("\"metric")));
      String other = decoding.value(4, "extra").toString();
      assertEquals(
          "{\"count\":300,\"scale\":-3,\"zero_count\":2,"
              + "\"positive\":{\"offset\":-9,\"bucket_counts\":[0,298]},\"zero_threshold\":0.001,",
          other.substring(0, other.indexOf("\"resource")));
    }
  }

  @Test
  void aNumberThatIsNoneIsDeadAlone() throws DecodeException {
    OtlpDecoding decoding = OtlpDecoding.shipped("otel-metrics");
    Metric metric =
        Metric.newBuilder()
            .setName("m")
            .setGauge(
                Gauge.newBuilder()
                    .addDataPoints(Requests.point().setAsDouble(Double.NaN))
                    .addDataPoints(Requests.point().setAsDouble(Double.NEGATIVE_INFINITY))
                    .addDataPoints(Requests.point())
                    .addDataPoints(Requests.point().setAsInt(0)))
            .build();
    for (byte[] form : forms(Requests.metrics(List.of(metric)))) {
      decoding.decode(form);
      assertEquals(
          List.of(
              "not_a_number value: expected a number, not NaN or Infinity",
              "not_a_number value: expected a number, not NaN or Infinity"),
          decoding.reasons);
      assertNull(decoding.value(0, "Value"));
      row(decoding, 1, "Value", 0.0);
    }
  }

  @Test
  void aDeadPointThatIsReplayedHasItsMetric() throws DecodeException {
    OtlpDecoding decoding = OtlpDecoding.shipped("otel-metrics");
    for (byte[] form : forms(Requests.metrics(Requests.allMetrics()))) {
      decoding.decode(form);
      Object hash = decoding.value(1, "Hash");
      List<Header> headers = new ArrayList<>(decoding.events.get(1).origin().headers());
      headers.add(new Header(DeadLetterFactory.ELEMENT_HEADER, new byte[] {'1'}));

      decoding.decode(decoding.events.get(1).origin().value(), headers.toArray(new Header[0]));

      row(decoding, 0, "MetricName", "requests", "MetricType", "sum", "Hash", hash);
      row(decoding, 0, "Value", 42.0, "ServiceName", "checkout");
    }
  }
}
