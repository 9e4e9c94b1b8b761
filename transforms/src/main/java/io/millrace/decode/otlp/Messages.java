package io.millrace.decode.otlp;

import static io.millrace.decode.otlp.Kind.ANY;
import static io.millrace.decode.otlp.Kind.ATTRIBUTES;
import static io.millrace.decode.otlp.Kind.BOOL;
import static io.millrace.decode.otlp.Kind.DOUBLE;
import static io.millrace.decode.otlp.Kind.DOUBLES;
import static io.millrace.decode.otlp.Kind.FIXED32;
import static io.millrace.decode.otlp.Kind.FIXED64;
import static io.millrace.decode.otlp.Kind.FIXED64S;
import static io.millrace.decode.otlp.Kind.MESSAGE;
import static io.millrace.decode.otlp.Kind.MESSAGES;
import static io.millrace.decode.otlp.Kind.NUMBER;
import static io.millrace.decode.otlp.Kind.SFIXED64;
import static io.millrace.decode.otlp.Kind.SINT32;
import static io.millrace.decode.otlp.Kind.TEXT;
import static io.millrace.decode.otlp.Kind.TIME;
import static io.millrace.decode.otlp.Kind.UINT32;
import static io.millrace.decode.otlp.Kind.UINT64S;

import io.millrace.decode.otlp.Message.Field;

/** The messages of OpenTelemetry's protocol, version 1, with the numbers of their fields. */
final class Messages {
  private static final int TRACE_BYTES = 16;
  private static final int SPAN_BYTES = 8;

  static final Message RESOURCE =
      Message.of(
          "Resource",
          Field.of(1, "attributes", "attributes", ATTRIBUTES),
          Field.of(2, "droppedAttributesCount", "dropped_attributes_count", UINT32));

  static final Message SCOPE =
      Message.of(
          "InstrumentationScope",
          Field.of(1, "name", "name", TEXT),
          Field.of(2, "version", "version", TEXT),
          Field.of(3, "attributes", "attributes", ATTRIBUTES),
          Field.of(4, "droppedAttributesCount", "dropped_attributes_count", UINT32));

  static final Message LOG_RECORD =
      Message.of(
          "LogRecord",
          Field.of(1, "timeUnixNano", "time", TIME),
          Field.of(2, "severityNumber", "severity_number", NUMBER),
          Field.of(3, "severityText", "severity_text", TEXT),
          Field.of(5, "body", "body", ANY),
          Field.of(6, "attributes", "attributes", ATTRIBUTES),
          Field.of(7, "droppedAttributesCount", "dropped_attributes_count", UINT32),
          Field.of(8, "flags", "flags", FIXED32),
          Field.hex(9, "traceId", "trace_id", TRACE_BYTES),
          Field.hex(10, "spanId", "span_id", SPAN_BYTES),
          Field.of(11, "observedTimeUnixNano", "observed_time", TIME),
          Field.of(12, "eventName", "event_name", TEXT));

  private static final Message EVENT =
      Message.of(
          "Span.Event",
          Field.of(1, "timeUnixNano", "time", TIME),
          Field.of(2, "name", "name", TEXT),
          Field.of(3, "attributes", "attributes", ATTRIBUTES),
          Field.of(4, "droppedAttributesCount", "dropped_attributes_count", UINT32));

  private static final Message LINK =
      Message.of(
          "Span.Link",
          Field.hex(1, "traceId", "trace_id", TRACE_BYTES),
          Field.hex(2, "spanId", "span_id", SPAN_BYTES),
          Field.of(3, "traceState", "trace_state", TEXT),
          Field.of(4, "attributes", "attributes", ATTRIBUTES),
          Field.of(5, "droppedAttributesCount", "dropped_attributes_count", UINT32),
          Field.of(6, "flags", "flags", FIXED32));

  private static final Message STATUS =
      Message.of(
          "Status",
          Field.of(2, "message", "message", TEXT),
          Field.named(3, "code", "code", "Unset", "Ok", "Error"));

  static final Message SPAN =
      Message.of(
          "Span",
          Field.hex(1, "traceId", "trace_id", TRACE_BYTES),
          Field.hex(2, "spanId", "span_id", SPAN_BYTES),
          Field.of(3, "traceState", "trace_state", TEXT),
          Field.hex(4, "parentSpanId", "parent_span_id", SPAN_BYTES),
          Field.of(5, "name", "name", TEXT),
          Field.named(
              6,
              "kind",
              "kind",
              "Unspecified",
              "Internal",
              "Server",
              "Client",
              "Producer",
              "Consumer"),
          Field.of(7, "startTimeUnixNano", "time", TIME),
          Field.of(8, "endTimeUnixNano", "end_time", TIME),
          Field.of(9, "attributes", "attributes", ATTRIBUTES),
          Field.of(10, "droppedAttributesCount", "dropped_attributes_count", UINT32),
          Field.of(11, "events", "events", MESSAGES, EVENT),
          Field.of(12, "droppedEventsCount", "dropped_events_count", UINT32),
          Field.of(13, "links", "links", MESSAGES, LINK),
          Field.of(14, "droppedLinksCount", "dropped_links_count", UINT32),
          Field.of(15, "status", "status", MESSAGE, STATUS),
          Field.of(16, "flags", "flags", FIXED32));

  static final Message METRIC =
      Message.of(
          "Metric",
          Field.of(1, "name", "name", TEXT),
          Field.of(2, "description", "description", TEXT),
          Field.of(3, "unit", "unit", TEXT),
          Field.of(12, "metadata", "metadata", ATTRIBUTES));

  private static final Field TEMPORALITY =
      Field.named(
          2,
          "aggregationTemporality",
          "aggregation_temporality",
          "Unspecified",
          "Delta",
          "Cumulative");

  static final Message GAUGE = Message.of("Gauge");
  static final Message SUM =
      Message.of("Sum", TEMPORALITY, Field.of(3, "isMonotonic", "is_monotonic", BOOL));
  static final Message HISTOGRAM = Message.of("Histogram", TEMPORALITY);
  static final Message EXPONENTIAL_HISTOGRAM = Message.of("ExponentialHistogram", TEMPORALITY);
  static final Message SUMMARY = Message.of("Summary");

  private static final Message EXEMPLAR =
      Message.of(
          "Exemplar",
          Field.of(2, "timeUnixNano", "time", TIME),
          Field.optional(3, "asDouble", "value", DOUBLE),
          Field.hex(4, "spanId", "span_id", SPAN_BYTES),
          Field.hex(5, "traceId", "trace_id", TRACE_BYTES),
          Field.optional(6, "asInt", "value_int", SFIXED64),
          Field.of(7, "filteredAttributes", "filtered_attributes", ATTRIBUTES));

  static final Message NUMBER_POINT =
      Message.of(
          "NumberDataPoint",
          Field.of(2, "startTimeUnixNano", "start_time", TIME),
          Field.of(3, "timeUnixNano", "time", TIME),
          Field.optional(4, "asDouble", "value", DOUBLE),
          Field.of(5, "exemplars", "exemplars", MESSAGES, EXEMPLAR),
          Field.optional(6, "asInt", "value_int", SFIXED64),
          Field.of(7, "attributes", "attributes", ATTRIBUTES),
          Field.of(8, "flags", "flags", UINT32));

  static final Message HISTOGRAM_POINT =
      Message.of(
          "HistogramDataPoint",
          Field.of(2, "startTimeUnixNano", "start_time", TIME),
          Field.of(3, "timeUnixNano", "time", TIME),
          Field.of(4, "count", "count", FIXED64),
          Field.optional(5, "sum", "sum", DOUBLE),
          Field.of(6, "bucketCounts", "bucket_counts", FIXED64S),
          Field.of(7, "explicitBounds", "explicit_bounds", DOUBLES),
          Field.of(8, "exemplars", "exemplars", MESSAGES, EXEMPLAR),
          Field.of(9, "attributes", "attributes", ATTRIBUTES),
          Field.of(10, "flags", "flags", UINT32),
          Field.optional(11, "min", "min", DOUBLE),
          Field.optional(12, "max", "max", DOUBLE));

  private static final Message BUCKETS =
      Message.of(
          "ExponentialHistogramDataPoint.Buckets",
          Field.of(1, "offset", "offset", SINT32),
          Field.of(2, "bucketCounts", "bucket_counts", UINT64S));

  static final Message EXPONENTIAL_HISTOGRAM_POINT =
      Message.of(
          "ExponentialHistogramDataPoint",
          Field.of(1, "attributes", "attributes", ATTRIBUTES),
          Field.of(2, "startTimeUnixNano", "start_time", TIME),
          Field.of(3, "timeUnixNano", "time", TIME),
          Field.of(4, "count", "count", FIXED64),
          Field.optional(5, "sum", "sum", DOUBLE),
          Field.of(6, "scale", "scale", SINT32),
          Field.of(7, "zeroCount", "zero_count", FIXED64),
          Field.of(8, "positive", "positive", MESSAGE, BUCKETS),
          Field.of(9, "negative", "negative", MESSAGE, BUCKETS),
          Field.of(10, "flags", "flags", UINT32),
          Field.of(11, "exemplars", "exemplars", MESSAGES, EXEMPLAR),
          Field.optional(12, "min", "min", DOUBLE),
          Field.optional(13, "max", "max", DOUBLE),
          Field.of(14, "zeroThreshold", "zero_threshold", DOUBLE));

  private static final Message QUANTILE =
      Message.of(
          "SummaryDataPoint.ValueAtQuantile",
          Field.of(1, "quantile", "quantile", DOUBLE),
          Field.of(2, "value", "value", DOUBLE));

  static final Message SUMMARY_POINT =
      Message.of(
          "SummaryDataPoint",
          Field.of(2, "startTimeUnixNano", "start_time", TIME),
          Field.of(3, "timeUnixNano", "time", TIME),
          Field.of(4, "count", "count", FIXED64),
          Field.of(5, "sum", "sum", DOUBLE),
          Field.of(6, "quantileValues", "quantiles", MESSAGES, QUANTILE),
          Field.of(7, "attributes", "attributes", ATTRIBUTES),
          Field.of(8, "flags", "flags", UINT32));

  private Messages() {}
}
