package io.millrace.deadletter;

import com.fasterxml.jackson.core.JsonFactoryBuilder;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.json.JsonWriteFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.millrace.event.DeadLetter;
import io.millrace.event.SourceRecord;
import io.millrace.event.SourceRecord.Header;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.checkerframework.checker.nullness.qual.Nullable;

/**
 * Serializes a dead letter as one line of JSON. Keys are the columns of the dead-letter table;
 * bytes are base64, times ISO 8601 in UTC.
 */
public final class DeadLetterJson {
  private static final ObjectMapper JSON =
      // A truncated message may contain a lone surrogate, which only an escape can represent.
      new ObjectMapper(new JsonFactoryBuilder().enable(JsonWriteFeature.ESCAPE_NON_ASCII).build());

  private DeadLetterJson() {}

  /**
   * The line in ASCII, without a line end.
   *
   * @param sink the sink that rejected the row; empty if none did
   */
  public static byte[] of(DeadLetter letter, String sink) {
    SourceRecord origin = letter.origin();
    List<Map<String, Object>> headers = new ArrayList<>();
    for (Header header : origin.headers()) {
      Map<String, Object> pair = new LinkedHashMap<>();
      pair.put("name", header.name());
      pair.put("value", header.value());
      headers.add(pair);
    }
    Map<String, Object> line = new LinkedHashMap<>();
    line.put("id", DeadLetterMetadata.id(letter, sink));
    line.put("topic", origin.topic());
    line.put("partition", origin.partition());
    line.put("offset", origin.offset());
    line.put("key", origin.key());
    line.put("value", origin.value());
    line.put("headers", headers);
    line.put("code", letter.code().label());
    line.put("message", letter.message());
    line.put("stage", letter.stage());
    line.put("sink", sink);
    line.put("contract", letter.contract());
    line.put("contract_version", letter.contractVersion());
    line.put("consumer", letter.consumer());
    line.put("record_time", Instant.ofEpochMilli(origin.recordTimeMillis()).toString());
    line.put("first_seen", Instant.ofEpochMilli(letter.firstSeenMillis()).toString());
    line.put("attempt", letter.attempt());
    try {
      return JSON.writeValueAsBytes(line);
    } catch (JsonProcessingException e) {
      throw new UncheckedIOException(e);
    }
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
