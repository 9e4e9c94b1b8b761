package io.millrace.decode.json;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.millrace.contract.Contract;
import io.millrace.contract.yaml.ContractLoader;
import io.millrace.decode.DecodeException;
import io.millrace.event.DeadLetterCode;
import io.millrace.event.Event;
import io.millrace.event.SourceRecord;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.apache.beam.sdk.values.Row;
import org.checkerframework.checker.nullness.qual.Nullable;

/** One contract's decoder, and short ways to ask it. */
public final class Decoding {
  /** The worker's clock: 2026-03-02T00:00:00Z. */
  public static final long NOW = 1_772_409_600_000L;

  /** The source's clock: 2026-03-01T12:00:00Z. */
  public static final long RECORD_TIME = 1_772_366_400_000L;

  public final Contract contract;
  private final JsonDecoder decoder;

  /** Reads each event with Jackson: what it says must be what the decoder says. */
  private final JsonDecoder careful;

  public Decoding(Contract contract) {
    this.contract = contract;
    this.decoder = new JsonFormat().one(contract, () -> NOW);
    this.careful = new JsonDecoder(contract, () -> NOW, true);
  }

  /** By one of the contracts that are shipped. */
  public static Decoding shipped(String name) {
    return new Decoding(
        ContractLoader.parse(resource("contracts/" + name + ".yaml"), name + ".yaml"));
  }

  /**
   * By a small contract with the fields given, and {@code id} and {@code at}, by which events are
   * identified. Unknown fields are in {@code extra}.
   */
  public static Decoding of(String unknownAs, String... fields) {
    return new Decoding(ContractLoader.parse(small(unknownAs, fields), "small.yaml"));
  }

  /** The same contract's text. */
  public static String small(String unknownAs, String... fields) {
    return """
        contract: small
        version: 1
        format: json
        limits: {max_bytes: 4000000, max_depth: 10}
        fields:
          id: {type: string, required: true}
          at: {type: timestamp, required: true}
        %s
        event_time: {field: at, max_ahead: 1d, not_before: 2000-01-01T00:00:00Z}
        identity: [id, at]
        unknown_fields: {column: extra, as: %s}
        tables:
          normal: {name: small, columns: [id, at, extra]}
          error: {name: small_errors, columns: [id, at, extra]}
          late: {name: small_late, columns: [id, at, extra]}
          dead_letters: {name: small_dead}
        """
        .formatted("  " + String.join("\n  ", fields), unknownAs);
  }

  /** The JSON of an event of the small contract, with more members. */
  public static String event(String members) {
    return "{\"id\":\"a\",\"at\":\"2026-03-01T10:00:00Z\"" + members + "}";
  }

  public static String resource(String path) {
    try (InputStream in = Decoding.class.getClassLoader().getResourceAsStream(path)) {
      if (in == null) {
        throw new IllegalStateException("no resource " + path);
      }
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  public static List<String> lines(String resource) {
    return resource(resource).lines().toList();
  }

  public static SourceRecord record(byte @Nullable [] value) {
    return new SourceRecord("topic", 1, 2, null, value, List.of(), RECORD_TIME, 0);
  }

  public static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  public Event decode(byte[] bytes) throws DecodeException {
    Event event;
    try {
      event = decoder.decode(record(bytes));
    } catch (DecodeException e) {
      DecodeException other =
          assertThrows(DecodeException.class, () -> careful.decode(record(bytes)));
      assertEquals(other.code() + other.getMessage(), e.code() + e.getMessage());
      throw e;
    }
    Event other = careful.decode(record(bytes));
    if (!event.equals(other)) {
      assertEquals(other, event, new String(bytes, StandardCharsets.UTF_8));
    }
    return event;
  }

  public Event event(byte[] bytes) {
    try {
      return decode(bytes);
    } catch (DecodeException e) {
      throw new AssertionError(
          e.code() + ": " + e.getMessage() + " in " + new String(bytes, StandardCharsets.UTF_8), e);
    }
  }

  public Row row(String json) {
    return event(utf8(json)).row();
  }

  /** A field's value in an event of the small contract with more members. */
  public @Nullable Object value(String field, String members) {
    return row(event(members)).getValue(field);
  }

  public DecodeException failure(byte @Nullable [] bytes) {
    DecodeException e = assertThrows(DecodeException.class, () -> decoder.decode(record(bytes)));
    assertEquals(0, e.getStackTrace().length, "a stack trace is costly and says nothing");
    assertFalse(e.getMessage().contains("\n"), "one line");
    return e;
  }

  /** The failure of a record whose source's clock said something else. */
  public DecodeException failureAt(long recordTime, byte[] bytes) {
    SourceRecord record = new SourceRecord("topic", 1, 2, null, bytes, List.of(), recordTime, 0);
    return assertThrows(DecodeException.class, () -> decoder.decode(record));
  }

  public DecodeException failure(String json) {
    return failure(utf8(json));
  }

  /** The failure of an event of the small contract with more members: code and message. */
  public void fails(DeadLetterCode code, String message, String members) {
    DecodeException e = failure(event(members));
    assertEquals(code + " " + message, e.code() + " " + e.getMessage(), members);
  }

  /** The value of a field that stands at the top of the event under its own name; never null. */
  public Object fieldValue(String field, String json) {
    Object value = value(field, ",\"" + field + "\":" + json);
    if (value == null) {
      throw new AssertionError(field + " is null");
    }
    return value;
  }

  /** Asserts how an event fails for the value of one such field. */
  public void fieldFails(String field, String json, DeadLetterCode code, String message) {
    fails(code, field + ": " + message, ",\"" + field + "\":" + json);
  }
}
