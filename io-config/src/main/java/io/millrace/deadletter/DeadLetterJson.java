package io.millrace.deadletter;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonFactoryBuilder;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.json.JsonWriteFeature;
import io.millrace.event.DeadLetter;
import io.millrace.event.SourceRecord;
import io.millrace.event.SourceRecord.Header;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.checkerframework.checker.nullness.qual.Nullable;

/**
 * Serializes a dead letter as one line of JSON. Keys are the columns of the dead-letter table;
 * bytes are base64, times ISO 8601 in UTC.
 */
public final class DeadLetterJson {
  private static final JsonFactory FACTORY =
      // A truncated message may contain a lone surrogate, which only an escape can represent.
      new JsonFactoryBuilder().enable(JsonWriteFeature.ESCAPE_NON_ASCII).build();

  private DeadLetterJson() {}

  /**
   * The line in ASCII, without a line end.
   *
   * @param sink the sink that rejected the row; empty if none did
   */
  public static byte[] of(DeadLetter letter, String sink) {
    SourceRecord origin = letter.origin();
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (JsonGenerator json = FACTORY.createGenerator(bytes)) {
      json.writeStartObject();
      json.writeStringField("id", DeadLetterMetadata.id(letter, sink));
      json.writeStringField("topic", origin.topic());
      json.writeNumberField("partition", origin.partition());
      json.writeNumberField("offset", origin.offset());
      if (!origin.isWhole()) {
        json.writeNumberField("element", origin.element());
        json.writeNumberField("elements", origin.elements());
      }
      writeBytes("key", origin.key(), json);
      writeBytes("value", origin.value(), json);
      json.writeArrayFieldStart("headers");
      for (Header header : origin.headers()) {
        json.writeStartObject();
        json.writeStringField("name", header.name());
        writeBytes("value", header.value(), json);
        json.writeEndObject();
      }
      json.writeEndArray();
      json.writeStringField("code", letter.code().label());
      json.writeStringField("message", letter.message());
      json.writeStringField("stage", letter.stage());
      json.writeStringField("sink", sink);
      json.writeStringField("contract", letter.contract());
      json.writeNumberField("contract_version", letter.contractVersion());
      json.writeStringField("consumer", letter.consumer());
      writeTime("record_time", origin.recordTimeMillis(), json);
      writeTime("first_seen", letter.firstSeenMillis(), json);
      json.writeNumberField("attempt", letter.attempt());
      json.writeEndObject();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return bytes.toByteArray();
  }

  private static void writeBytes(String name, byte @Nullable [] bytes, JsonGenerator json)
      throws IOException {
    if (bytes == null) {
      json.writeNullField(name);
    } else {
      json.writeBinaryField(name, bytes);
    }
  }

  private static void writeTime(String name, long millis, JsonGenerator json) throws IOException {
    json.writeStringField(name, Instant.ofEpochMilli(millis).toString());
  }

  /** Splits a line into consecutive parts of a size. */
  public static List<byte[]> parts(byte[] line, int partBytes) {
    List<byte[]> parts = new ArrayList<>();
    for (int from = 0; from < line.length; from += partBytes) {
      parts.add(Arrays.copyOfRange(line, from, Math.min(line.length, from + partBytes)));
    }
    return parts;
  }

  /** Approximate memory of a dead letter. */
  public static long roughBytes(DeadLetter letter) {
    SourceRecord origin = letter.origin();
    long bytes = 500 + length(origin.key()) + length(origin.value());
    for (Header header : origin.headers()) {
      bytes += header.name().length() + length(header.value());
    }
    return bytes;
  }

  private static long length(byte @Nullable [] bytes) {
    return bytes == null ? 0 : bytes.length;
  }
}
