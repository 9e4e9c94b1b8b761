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
 * A dead letter as one line of JSON, with the names of the dead-letter table's columns. Bytes are
 * in base64, so that none is lost, whatever they are; times in ISO 8601, UTC.
 */
public final class DeadLetterJson {
  private static final JsonFactory FACTORY =
      // Escaped, half of a surrogate pair can be written; a message may have been cut there.
      new JsonFactoryBuilder().enable(JsonWriteFeature.ESCAPE_NON_ASCII).build();

  private DeadLetterJson() {}

  /**
   * The line, ASCII, without its end.
   *
   * @param sink the sink that refused the row; empty: none
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

  /** The line cut into parts of a size, in their order; joined, they are the line. */
  public static List<byte[]> parts(byte[] line, int partBytes) {
    List<byte[]> parts = new ArrayList<>();
    for (int from = 0; from < line.length; from += partBytes) {
      parts.add(Arrays.copyOfRange(line, from, Math.min(line.length, from + partBytes)));
    }
    return parts;
  }

  /** What a dead letter takes in memory, more or less. */
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
