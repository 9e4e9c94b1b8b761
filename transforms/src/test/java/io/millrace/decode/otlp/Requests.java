package io.millrace.decode.otlp;

import com.google.protobuf.ByteString;
import io.opentelemetry.proto.collector.logs.v1.ExportLogsServiceRequest;
import io.opentelemetry.proto.collector.metrics.v1.ExportMetricsServiceRequest;
import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceRequest;
import io.opentelemetry.proto.common.v1.AnyValue;
import io.opentelemetry.proto.common.v1.ArrayValue;
import io.opentelemetry.proto.common.v1.InstrumentationScope;
import io.opentelemetry.proto.common.v1.KeyValue;
import io.opentelemetry.proto.common.v1.KeyValueList;
import io.opentelemetry.proto.logs.v1.LogRecord;
import io.opentelemetry.proto.logs.v1.ResourceLogs;
import io.opentelemetry.proto.logs.v1.ScopeLogs;
import io.opentelemetry.proto.logs.v1.SeverityNumber;
import io.opentelemetry.proto.metrics.v1.AggregationTemporality;
import io.opentelemetry.proto.metrics.v1.Exemplar;
import io.opentelemetry.proto.metrics.v1.ExponentialHistogram;
import io.opentelemetry.proto.metrics.v1.ExponentialHistogramDataPoint;
import io.opentelemetry.proto.metrics.v1.Gauge;
import io.opentelemetry.proto.metrics.v1.Histogram;
import io.opentelemetry.proto.metrics.v1.HistogramDataPoint;
import io.opentelemetry.proto.metrics.v1.Metric;
import io.opentelemetry.proto.metrics.v1.NumberDataPoint;
import io.opentelemetry.proto.metrics.v1.ResourceMetrics;
import io.opentelemetry.proto.metrics.v1.ScopeMetrics;
import io.opentelemetry.proto.metrics.v1.Sum;
import io.opentelemetry.proto.metrics.v1.Summary;
import io.opentelemetry.proto.metrics.v1.SummaryDataPoint;
import io.opentelemetry.proto.resource.v1.Resource;
import io.opentelemetry.proto.trace.v1.ResourceSpans;
import io.opentelemetry.proto.trace.v1.ScopeSpans;
import io.opentelemetry.proto.trace.v1.Span;
import io.opentelemetry.proto.trace.v1.Status;
import java.util.HexFormat;
import java.util.List;

/** Export requests, as OpenTelemetry's own library writes them. */
final class Requests {
  static final String TRACE = "0123456789abcdef0011223344556677";
  static final String SPAN = "89abcdef01234567";

  private Requests() {}

  static ByteString hex(String digits) {
    return ByteString.copyFrom(HexFormat.of().parseHex(digits));
  }

  static AnyValue text(String text) {
    return AnyValue.newBuilder().setStringValue(text).build();
  }

  static AnyValue integer(long value) {
    return AnyValue.newBuilder().setIntValue(value).build();
  }

  static KeyValue pair(String key, AnyValue value) {
    return KeyValue.newBuilder().setKey(key).setValue(value).build();
  }

  static KeyValue pair(String key, String value) {
    return pair(key, text(value));
  }

  /** A value of each type. */
  static List<KeyValue> attributes() {
    return List.of(
        pair("http.method", "GET"),
        pair("http.status", integer(-503)),
        pair("ratio", AnyValue.newBuilder().setDoubleValue(0.25).build()),
        pair("ok", AnyValue.newBuilder().setBoolValue(true).build()),
        pair(
            "bytes",
            AnyValue.newBuilder()
                .setBytesValue(ByteString.copyFrom(new byte[] {0, -1, 7}))
                .build()),
        pair(
            "list",
            AnyValue.newBuilder()
                .setArrayValue(
                    ArrayValue.newBuilder()
                        .addValues(text("a\"\\\n\u0001é😀"))
                        .addValues(integer(Long.MIN_VALUE))
                        .addValues(AnyValue.getDefaultInstance()))
                .build()),
        pair(
            "map",
            AnyValue.newBuilder()
                .setKvlistValue(
                    KeyValueList.newBuilder().addValues(pair("k", "v")).addValues(pair("n", "")))
                .build()),
        pair("none", AnyValue.getDefaultInstance()),
        pair("empty", ""));
  }

  static Resource resource() {
    return Resource.newBuilder()
        .addAttributes(pair("service.name", "checkout"))
        .addAttributes(pair("host.cpus", integer(8)))
        .setDroppedAttributesCount(2)
        .build();
  }

  static InstrumentationScope scope() {
    return InstrumentationScope.newBuilder()
        .setName("library")
        .setVersion("1.2")
        .addAttributes(pair("short", "true"))
        .build();
  }

  static LogRecord.Builder log() {
    return LogRecord.newBuilder()
        .setTimeUnixNano(OtlpDecoding.NANOS + 123_456_789)
        .setObservedTimeUnixNano(OtlpDecoding.NANOS + 987_654_321)
        .setSeverityNumber(SeverityNumber.SEVERITY_NUMBER_ERROR)
        .setSeverityText("ERROR")
        .setBody(text("payment \"failed\" – é"))
        .addAllAttributes(attributes())
        .setDroppedAttributesCount(3)
        .setFlags(1)
        .setTraceId(hex(TRACE))
        .setSpanId(hex(SPAN))
        .setEventName("failure");
  }

  static ExportLogsServiceRequest logs(LogRecord... records) {
    return ExportLogsServiceRequest.newBuilder()
        .addResourceLogs(
            ResourceLogs.newBuilder()
                .setResource(resource())
                .setSchemaUrl("https://r")
                .addScopeLogs(
                    ScopeLogs.newBuilder()
                        .setScope(scope())
                        .setSchemaUrl("https://s")
                        .addAllLogRecords(List.of(records))))
        .build();
  }

  static Span.Builder span() {
    return Span.newBuilder()
        .setTraceId(hex(TRACE))
        .setSpanId(hex(SPAN))
        .setParentSpanId(hex("00000000000000ff"))
        .setTraceState("a=b")
        .setName("GET /cart")
        .setKind(Span.SpanKind.SPAN_KIND_SERVER)
        .setStartTimeUnixNano(OtlpDecoding.NANOS + 1)
        .setEndTimeUnixNano(OtlpDecoding.NANOS + 1_500_000_002L)
        .addAllAttributes(attributes())
        .setStatus(
            Status.newBuilder().setCode(Status.StatusCode.STATUS_CODE_ERROR).setMessage("late"))
        .addEvents(
            Span.Event.newBuilder()
                .setTimeUnixNano(OtlpDecoding.NANOS + 7)
                .setName("retry")
                .addAttributes(pair("n", integer(1))))
        .addEvents(Span.Event.newBuilder().setName("end").setDroppedAttributesCount(4))
        .addLinks(
            Span.Link.newBuilder()
                .setTraceId(hex(TRACE))
                .setSpanId(hex(SPAN))
                .setTraceState("c=d")
                .addAttributes(pair("why", "batch")));
  }

  static ExportTraceServiceRequest traces(Span... spans) {
    return ExportTraceServiceRequest.newBuilder()
        .addResourceSpans(
            ResourceSpans.newBuilder()
                .setResource(resource())
                .addScopeSpans(
                    ScopeSpans.newBuilder().setScope(scope()).addAllSpans(List.of(spans))))
        .build();
  }

  static NumberDataPoint.Builder point() {
    return NumberDataPoint.newBuilder()
        .setStartTimeUnixNano(OtlpDecoding.NANOS - 5)
        .setTimeUnixNano(OtlpDecoding.NANOS)
        .addAttributes(pair("cpu", "0"));
  }

  private static Exemplar exemplar() {
    return Exemplar.newBuilder()
        .setTimeUnixNano(5)
        .setAsDouble(2.5)
        .setSpanId(hex(SPAN))
        .setTraceId(hex(TRACE))
        .addFilteredAttributes(pair("user", "u"))
        .build();
  }

  private static Metric.Builder metric(String name) {
    return Metric.newBuilder().setName(name).setDescription("of " + name).setUnit("s");
  }

  /** A metric of each type. */
  static List<Metric> allMetrics() {
    AggregationTemporality delta = AggregationTemporality.AGGREGATION_TEMPORALITY_DELTA;
    return List.of(
        metric("load")
            .setGauge(Gauge.newBuilder().addDataPoints(point().setAsDouble(0.75)))
            .build(),
        metric("requests")
            .setSum(
                Sum.newBuilder()
                    .setAggregationTemporality(delta)
                    .setIsMonotonic(true)
                    .addDataPoints(point().setAsInt(42).setFlags(1).addExemplars(exemplar()))
                    .addDataPoints(point().setAsInt((1L << 53) + 1)))
            .build(),
        metric("latency")
            .setHistogram(
                Histogram.newBuilder()
                    .setAggregationTemporality(delta)
                    .addDataPoints(
                        HistogramDataPoint.newBuilder()
                            .setTimeUnixNano(OtlpDecoding.NANOS)
                            .setCount(6)
                            .setSum(7.5)
                            .setMin(0)
                            .setMax(4.5)
                            .addAllBucketCounts(List.of(1L, 2L, 3L))
                            .addAllExplicitBounds(List.of(0.5, 1.0))
                            .addAttributes(pair("path", "/"))))
            .build(),
        metric("sizes")
            .setExponentialHistogram(
                ExponentialHistogram.newBuilder()
                    .addDataPoints(
                        ExponentialHistogramDataPoint.newBuilder()
                            .setTimeUnixNano(OtlpDecoding.NANOS)
                            .setCount(300)
                            .setScale(-3)
                            .setZeroCount(2)
                            .setZeroThreshold(0.001)
                            .setPositive(
                                ExponentialHistogramDataPoint.Buckets.newBuilder()
                                    .setOffset(-9)
                                    .addAllBucketCounts(List.of(0L, 298L)))))
            .build(),
        metric("old")
            .setSummary(
                Summary.newBuilder()
                    .addDataPoints(
                        SummaryDataPoint.newBuilder()
                            .setTimeUnixNano(OtlpDecoding.NANOS)
                            .setCount(2)
                            .setSum(3)
                            .addQuantileValues(
                                SummaryDataPoint.ValueAtQuantile.newBuilder()
                                    .setQuantile(0.5)
                                    .setValue(Double.NaN))))
            .build());
  }

  static ExportMetricsServiceRequest metrics(List<Metric> metrics) {
    return ExportMetricsServiceRequest.newBuilder()
        .addResourceMetrics(
            ResourceMetrics.newBuilder()
                .setResource(resource())
                .addScopeMetrics(
                    ScopeMetrics.newBuilder().setScope(scope()).addAllMetrics(metrics)))
        .build();
  }
}
