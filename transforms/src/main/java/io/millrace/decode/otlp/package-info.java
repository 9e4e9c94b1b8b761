/**
 * The formats {@code otlp-logs}, {@code otlp-traces} and {@code otlp-metrics}: the export requests
 * of OpenTelemetry's protocol, in protobuf or JSON. {@code Message} and {@code Signal} describe
 * them, a {@code Plan} joins them with a contract, and {@code MessageReader} decodes the wire form.
 * JSON is written in the wire form first, so that both give the same events.
 */
package io.millrace.decode.otlp;
