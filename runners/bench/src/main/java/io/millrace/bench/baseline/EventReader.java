package io.millrace.bench.baseline;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.apache.commons.codec.digest.MurmurHash3;

/**
 * Parses query events with Jackson's streaming parser into {@link PlainEvent}s. Keeps payload and
 * unknown fields as the sent bytes. Not thread-safe.
 *
 * <p>A strict reader rejects what the contract rejects. A lenient one rejects what Jackson rejects,
 * and events without identity.
 */
public final class EventReader {
  private static final int MOST_BYTES = 262_144;
  private static final int MOST_DEPTH = 64;
  private static final byte[] NOTHING = {};

  private final boolean strict;
  private final JsonFactory json;
  private final RowBytes identity = new RowBytes(256);
  private final UnknownFields unknown = new UnknownFields();
  private byte[] bytes = NOTHING;
  private JsonParser parser;

  private EventReader(boolean strict) {
    this.strict = strict;
    this.json =
        JsonFactory.builder()
            .configure(StreamReadFeature.STRICT_DUPLICATE_DETECTION, strict)
            .streamReadConstraints(
                StreamReadConstraints.builder().maxNestingDepth(MOST_DEPTH).build())
            .build();
  }

  /** A reader that rejects what the contract rejects. */
  public static EventReader strict() {
    return new EventReader(true);
  }

  /** A reader that accepts whatever it can parse. */
  public static EventReader lenient() {
    return new EventReader(false);
  }

  /**
   * Reads one event.
   *
   * @throws MalformedException if the event is invalid; the reader can read the next one
   */
  public PlainEvent read(byte[] value) throws MalformedException {
    if (value == null) {
      throw new MalformedException("tombstone", "expected an event, found a null body");
    }
    if (strict) {
      if (value.length > MOST_BYTES) {
        throw new MalformedException("too_large", "expected at most " + MOST_BYTES + " bytes");
      }
      TextCheck.check(value);
    }
    bytes = value;
    unknown.clear();
    try (JsonParser opened = json.createParser(value)) {
      parser = opened;
      PlainEvent event = new PlainEvent();
      if (parser.nextToken() != JsonToken.START_OBJECT) {
        throw new MalformedException("not_an_object", "expected an object");
      }
      top(event);
      if (parser.nextToken() != null) {
        throw new MalformedException("trailing_garbage", "expected nothing after the event");
      }
      return complete(event);
    } catch (JsonProcessingException e) {
      throw new MalformedException("malformed_json", e.getOriginalMessage());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } finally {
      bytes = NOTHING;
    }
  }

  private PlainEvent complete(PlainEvent event) throws MalformedException {
    if (event.queryId == null || event.eventType == null || event.eventTime == Long.MIN_VALUE) {
      throw new MalformedException("missing_field", "expected query_id, event_type and timestamp");
    }
    event.extra = unknown.json();
    event.ingestionTime = System.currentTimeMillis();
    identify(event);
    return event;
  }

  /** The 128-bit hash of query id, event type and event time. */
  private void identify(PlainEvent event) {
    identity.clear();
    identity.writeString(event.queryId);
    identity.writeString(event.eventType);
    identity.writeLong(event.eventTime);
    long[] hash = MurmurHash3.hash128x64(identity.array(), 0, identity.size(), 0);
    event.identityHigh = hash[0];
    event.identityLow = hash[1];
  }

  private void top(PlainEvent event) throws IOException, MalformedException {
    event.eventTime = Long.MIN_VALUE;
    event.queryText = "";
    event.userId = "";
    event.databaseName = "";
    for (String name = parser.nextFieldName(); name != null; name = parser.nextFieldName()) {
      int keyAt = offset(parser.currentTokenLocation().getByteOffset());
      JsonToken token = parser.nextToken();
      switch (name) {
        case "query_id" -> event.queryId = text(name, token, null);
        case "event_type" -> event.eventType = text(name, token, null);
        case "query_text" -> event.queryText = text(name, token, "");
        case "timestamp" -> {
          String time = text(name, token, null);
          event.eventTime = time == null ? Long.MIN_VALUE : PlainTimes.millis(time);
        }
        case "metadata" -> metadata(event, token);
        case "payload" -> event.payload = token == JsonToken.VALUE_NULL ? null : slice(token);
        default -> unknown.top(bytes, keyAt, end(token));
      }
    }
  }

  private void metadata(PlainEvent event, JsonToken token) throws IOException, MalformedException {
    if (token == JsonToken.VALUE_NULL) {
      return;
    }
    if (token != JsonToken.START_OBJECT) {
      throw wrongType("metadata");
    }
    for (String name = parser.nextFieldName(); name != null; name = parser.nextFieldName()) {
      int keyAt = offset(parser.currentTokenLocation().getByteOffset());
      JsonToken value = parser.nextToken();
      switch (name) {
        case "user_id" -> event.userId = text(name, value, "");
        case "database" -> event.databaseName = text(name, value, "");
        case "duration_ms" -> event.durationMs = number(name, value);
        case "rows_affected" -> event.rowsAffected = number(name, value);
        case "error" -> event.error = error(value);
        default -> unknown.inMetadata(bytes, keyAt, end(value));
      }
    }
  }

  private String text(String field, JsonToken token, String ifNull)
      throws IOException, MalformedException {
    if (token == JsonToken.VALUE_STRING) {
      return parser.getText();
    }
    if (token == JsonToken.VALUE_NULL) {
      return ifNull;
    }
    throw wrongType(field);
  }

  private Long number(String field, JsonToken token) throws IOException, MalformedException {
    if (token == JsonToken.VALUE_NUMBER_INT) {
      return parser.getLongValue();
    }
    if (token == JsonToken.VALUE_NULL) {
      return null;
    }
    throw wrongType(field);
  }

  private String error(JsonToken token) throws IOException {
    if (token == JsonToken.VALUE_NULL) {
      return null;
    }
    return token == JsonToken.VALUE_STRING
        ? parser.getText()
        : new String(slice(token), StandardCharsets.UTF_8);
  }

  private byte[] slice(JsonToken token) throws IOException {
    int from = offset(parser.currentTokenLocation().getByteOffset());
    return Arrays.copyOfRange(bytes, from, end(token));
  }

  /** Skips the value that begins at the current token and returns its end offset. */
  private int end(JsonToken token) throws IOException {
    if (token.isStructStart()) {
      parser.skipChildren();
    } else {
      parser.finishToken();
    }
    return offset(parser.currentLocation().getByteOffset());
  }

  private static int offset(long inBytes) {
    return Math.toIntExact(inBytes);
  }

  private static MalformedException wrongType(String field) {
    return new MalformedException("wrong_type", field + ": of another type");
  }
}
