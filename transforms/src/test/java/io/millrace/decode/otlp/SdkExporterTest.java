package io.millrace.decode.otlp;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.common.Value;
import io.opentelemetry.api.logs.LogRecordBuilder;
import io.opentelemetry.api.logs.Logger;
import io.opentelemetry.api.logs.Severity;
import io.opentelemetry.api.metrics.Meter;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanContext;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.api.trace.StatusCode;
import io.opentelemetry.api.trace.TraceFlags;
import io.opentelemetry.api.trace.TraceState;
import io.opentelemetry.context.Context;
import io.opentelemetry.exporter.internal.marshal.Marshaler;
import io.opentelemetry.exporter.internal.otlp.logs.LogsRequestMarshaler;
import io.opentelemetry.exporter.internal.otlp.metrics.MetricsRequestMarshaler;
import io.opentelemetry.exporter.internal.otlp.traces.TraceRequestMarshaler;
import io.opentelemetry.sdk.logs.SdkLoggerProvider;
import io.opentelemetry.sdk.logs.export.SimpleLogRecordProcessor;
import io.opentelemetry.sdk.metrics.Aggregation;
import io.opentelemetry.sdk.metrics.InstrumentSelector;
import io.opentelemetry.sdk.metrics.SdkMeterProvider;
import io.opentelemetry.sdk.metrics.View;
import io.opentelemetry.sdk.resources.Resource;
import io.opentelemetry.sdk.testing.exporter.InMemoryLogRecordExporter;
import io.opentelemetry.sdk.testing.exporter.InMemoryMetricReader;
import io.opentelemetry.sdk.testing.exporter.InMemorySpanExporter;
import io.opentelemetry.sdk.testing.time.TestClock;
import io.opentelemetry.sdk.trace.IdGenerator;
import io.opentelemetry.sdk.trace.SdkTracerProvider;
import io.opentelemetry.sdk.trace.export.SimpleSpanProcessor;
import java.io.ByteArrayOutputStream;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.apache.beam.sdk.values.Row;
import org.junit.jupiter.api.Test;

/**
 * What OpenTelemetry's own SDK records and its exporter writes, in protobuf and in JSON, decodes to
 * the values that were recorded. It covers what the examples of the repository
 * open-telemetry/opentelemetry-proto show (a log record with each kind of attribute, a body of keys
 * and values, a span, and each type of metric).
 */
class SdkExporterTest {
  private static final Instant NOW = Instant.parse("2026-03-01T12:00:00.123456789Z");
  private static final String TRACE = "0af7651916cd43dd8448eb211c80319c";
  private static final String SPAN = "b7ad6b7169203331";

  private final TestClock clock = TestClock.create(NOW);
  private final Resource resource =
      Resource.create(
          Attributes.of(
              AttributeKey.stringKey("service.name"),
              "checkout",
              AttributeKey.longKey("process.pid"),
              42L),
          "https://example.com/schema");
  private final Attributes everyKind =
      Attributes.builder()
          .put("s", "text")
          .put("b", true)
          .put("i", Long.MIN_VALUE)
          .put("d", 0.5)
          .put("strings", "x", "y")
          .put("ints", 1L, 2L)
          .put("booleans", true, false)
          .put("doubles", 1.0, 2.5)
          .build();
  private final Map<String, String> everyKindAsText =
      Map.of(
          "s", "text",
          "b", "true",
          "i", "-9223372036854775808",
          "d", "0.5",
          "strings", "[\"x\",\"y\"]",
          "ints", "[1,2]",
          "booleans", "[true,false]",
          "doubles", "[1.0,2.5]");

  private void check(String contract, Marshaler request, int events, Consumer<OtlpDecoding> checks)
      throws Exception {
    for (boolean json : new boolean[] {false, true}) {
      ByteArrayOutputStream bytes = new ByteArrayOutputStream();
      if (json) {
        request.writeJsonTo(bytes);
      } else {
        request.writeBinaryTo(bytes);
      }
      OtlpDecoding decoding = OtlpDecoding.shipped(contract);
      assertEquals(events, decoding.decode(bytes.toByteArray()));
      assertEquals(List.of(), decoding.reasons);
      for (int i = 0; i < events; i++) {
        Row row = decoding.events.get(i).row();
        assertEquals("checkout", row.getString("ServiceName"));
        assertEquals(
            Map.of("service.name", "checkout", "process.pid", "42"),
            row.getMap("ResourceAttributes"));
        assertEquals("lib", row.getString("ScopeName"));
        assertEquals("1.2", row.getString("ScopeVersion"));
      }
      checks.accept(decoding);
    }
  }

  private static void assertRow(Row row, Map<String, Object> expected) {
    expected.forEach((column, value) -> assertEquals(value, row.getValue(column), column));
  }

  @Test
  void logRecords() throws Exception {
    InMemoryLogRecordExporter exporter = InMemoryLogRecordExporter.create();
    Marshaler request;
    try (SdkLoggerProvider provider =
        SdkLoggerProvider.builder()
            .setClock(clock)
            .setResource(resource)
            .addLogRecordProcessor(SimpleLogRecordProcessor.create(exporter))
            .build()) {
      Logger logger = provider.loggerBuilder("lib").setInstrumentationVersion("1.2").build();
      LogRecordBuilder full = logger.logRecordBuilder();
      everyKind.forEach((key, value) -> set(full, key, value));
      full.setTimestamp(NOW.minusNanos(1))
          .setContext(
              Context.root()
                  .with(
                      Span.wrap(
                          SpanContext.create(
                              TRACE, SPAN, TraceFlags.getSampled(), TraceState.getDefault()))))
          .setSeverity(Severity.WARN2)
          .setSeverityText("careful")
          .setBody("disk é \"full\"\n")
          .emit();
      logger
          .logRecordBuilder()
          .setBody(Value.of(Map.of("url", Value.of("https://example.com/"))))
          .emit();
      request = LogsRequestMarshaler.create(exporter.getFinishedLogRecordItems());
    }
    check(
        "otel-logs",
        request,
        2,
        decoding -> {
          assertRow(
              decoding.events.get(0).row(),
              Map.of(
                  "Timestamp",
                  NOW.minusNanos(1),
                  "ObservedTimestamp",
                  NOW,
                  "TraceId",
                  TRACE,
                  "SpanId",
                  SPAN,
                  "TraceFlags",
                  1L,
                  "SeverityText",
                  "careful",
                  "SeverityNumber",
                  14,
                  "Body",
                  "disk é \"full\"\n",
                  "ResourceSchemaUrl",
                  "https://example.com/schema",
                  "LogAttributes",
                  everyKindAsText));
          assertRow(
              decoding.events.get(1).row(),
              Map.of(
                  "Timestamp",
                  NOW,
                  "TraceId",
                  "",
                  "SeverityNumber",
                  0,
                  "Body",
                  "{\"url\":\"https://example.com/\"}",
                  "LogAttributes",
                  Map.of()));
        });
  }

  @SuppressWarnings("unchecked")
  private static void set(LogRecordBuilder builder, AttributeKey<?> key, Object value) {
    builder.setAttribute((AttributeKey<Object>) key, value);
  }

  @Test
  void spans() throws Exception {
    InMemorySpanExporter exporter = InMemorySpanExporter.create();
    Marshaler request;
    SpanContext parent =
        SpanContext.createFromRemoteParent(
            TRACE,
            "00f067aa0ba902b7",
            TraceFlags.getSampled(),
            TraceState.builder().put("vendor", "x").build());
    try (SdkTracerProvider provider =
        SdkTracerProvider.builder()
            .setClock(clock)
            .setIdGenerator(new OneId())
            .setResource(resource)
            .addSpanProcessor(SimpleSpanProcessor.create(exporter))
            .build()) {
      Span span =
          provider
              .tracerBuilder("lib")
              .setInstrumentationVersion("1.2")
              .build()
              .spanBuilder("GET /cart")
              .setParent(Context.root().with(Span.wrap(parent)))
              .setSpanKind(SpanKind.SERVER)
              .setAllAttributes(everyKind)
              .addLink(parent, Attributes.builder().put("k", "v").build())
              .startSpan();
      clock.advance(Duration.ofNanos(5));
      span.addEvent("retry", Attributes.builder().put("n", 2).build());
      span.setStatus(StatusCode.ERROR, "no stock");
      clock.advance(Duration.ofMillis(7));
      span.end();
      request = TraceRequestMarshaler.create(exporter.getFinishedSpanItems());
    }
    check(
        "otel-traces",
        request,
        1,
        decoding -> {
          Row row = decoding.events.get(0).row();
          assertRow(
              row,
              Map.of(
                  "Timestamp", NOW,
                  "TraceId", TRACE,
                  "SpanId", SPAN,
                  "ParentSpanId", "00f067aa0ba902b7",
                  "TraceState", "vendor=x",
                  "SpanName", "GET /cart",
                  "SpanKind", "Server",
                  "Duration", 7_000_005L,
                  "StatusCode", "Error",
                  "StatusMessage", "no stock"));
          assertEquals(everyKindAsText, row.getMap("SpanAttributes"));
          Row event = row.<Row>getArray("Events").iterator().next();
          assertEquals(List.of(NOW.plusNanos(5), "retry", Map.of("n", "2")), event.getValues());
          Row link = row.<Row>getArray("Links").iterator().next();
          assertEquals(
              List.of(TRACE, "00f067aa0ba902b7", "vendor=x", Map.of("k", "v")), link.getValues());
        });
  }

  private static final class OneId implements IdGenerator {
    @Override
    public String generateSpanId() {
      return SPAN;
    }

    @Override
    public String generateTraceId() {
      return TRACE;
    }
  }

  @Test
  void metrics() throws Exception {
    InMemoryMetricReader reader = InMemoryMetricReader.create();
    Attributes attributes = Attributes.builder().put("route", "/cart").build();
    Marshaler request;
    try (SdkMeterProvider provider =
        SdkMeterProvider.builder()
            .setClock(clock)
            .setResource(resource)
            .registerMetricReader(reader)
            .registerView(
                InstrumentSelector.builder().setName("d.exponential").build(),
                View.builder()
                    .setAggregation(Aggregation.base2ExponentialBucketHistogram(4, 0))
                    .build())
            .build()) {
      Meter meter = provider.meterBuilder("lib").setInstrumentationVersion("1.2").build();
      meter
          .counterBuilder("a.counter")
          .setUnit("1")
          .setDescription("requests")
          .build()
          .add(Long.MAX_VALUE, attributes);
      meter.gaugeBuilder("b.gauge").build().set(-0.25, attributes);
      var histogram =
          meter.histogramBuilder("c.histogram").setExplicitBucketBoundariesAdvice(List.of(1.0));
      histogram.build().record(0.5, attributes);
      histogram.build().record(1.5, attributes);
      meter.histogramBuilder("d.exponential").build().record(3, attributes);
      meter.histogramBuilder("d.exponential").build().record(0, attributes);
      meter.upDownCounterBuilder("e.up.down").ofDoubles().build().add(-1.5, attributes);
      clock.advance(Duration.ofSeconds(1));
      request =
          MetricsRequestMarshaler.create(
              reader.collectAllMetrics().stream()
                  .sorted((a, b) -> a.getName().compareTo(b.getName()))
                  .toList());
    }
    check("otel-metrics", request, 5, SdkExporterTest::checkMetrics);
  }

  private static void checkMetrics(OtlpDecoding decoding) {
    List<Row> rows = decoding.events.stream().map(event -> event.row()).toList();
    for (Row row : rows) {
      assertEquals(NOW.plusSeconds(1), row.getValue("TimeUnix"));
      assertEquals(Map.of("route", "/cart"), row.getMap("Attributes"));
    }
    // A float is the nearest to the integer; the integer itself is kept too.
    assertRow(
        rows.get(0),
        Map.of(
            "MetricName", "a.counter",
            "MetricType", "sum",
            "MetricUnit", "1",
            "MetricDescription", "requests",
            "StartTimeUnix", NOW,
            "AggregationTemporality", "Cumulative",
            "IsMonotonic", true,
            "Value", 0x1p63,
            "Extra", "{\"value_int\":9223372036854775807}"));
    assertRow(rows.get(1), Map.of("MetricName", "b.gauge", "MetricType", "gauge", "Value", -0.25));
    assertRow(
        rows.get(2),
        Map.of(
            "MetricType",
            "histogram",
            "Count",
            2L,
            "Sum",
            2.0,
            "Min",
            0.5,
            "Max",
            1.5,
            "BucketCounts",
            List.of(1L, 1L),
            "ExplicitBounds",
            List.of(1.0)));
    assertRow(
        rows.get(3),
        Map.of(
            "MetricType",
            "exponential_histogram",
            "Count",
            2L,
            "Sum",
            3.0,
            "Scale",
            0,
            "ZeroCount",
            1L,
            // The bucket (2, 4]
            "PositiveOffset",
            1,
            "PositiveBucketCounts",
            List.of(1L),
            "NegativeBucketCounts",
            List.of()));
    assertRow(
        rows.get(4), Map.of("MetricType", "sum", "IsMonotonic", false, "Value", -1.5, "Extra", ""));
  }
}
