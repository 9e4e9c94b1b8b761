package io.millrace.event;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.lessThan;
import static org.hamcrest.Matchers.sameInstance;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.millrace.contract.Contract;
import io.millrace.contract.yaml.ContractLoader;
import io.millrace.decode.json.JsonFormat;
import io.millrace.event.SourceRecord.Header;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.apache.beam.sdk.coders.Coder.NonDeterministicException;
import org.apache.beam.sdk.schemas.Schema;
import org.apache.beam.sdk.testing.CoderProperties;
import org.apache.beam.sdk.util.CoderUtils;
import org.apache.beam.sdk.util.SerializableUtils;
import org.apache.beam.sdk.values.Row;
import org.junit.jupiter.api.Test;

class CodersTest {
  private static final List<SourceRecord> RECORDS =
      List.of(
          new SourceRecord("t", 0, 0, null, null, List.of(), 0, 0),
          new SourceRecord("t", 0, 0, new byte[0], new byte[0], List.of(), 0, 0),
          new SourceRecord("t", 0, 0, new byte[1], null, List.of(), 0, 0),
          new SourceRecord(
              "thème",
              Integer.MAX_VALUE,
              Long.MAX_VALUE,
              new byte[] {0, -1},
              new byte[100_000],
              List.of(
                  new Header("a", new byte[] {1}),
                  new Header("a", new byte[0]),
                  new Header("a", null),
                  new Header("é", new byte[] {-1})),
              Long.MAX_VALUE,
              Long.MIN_VALUE),
          new SourceRecord("", -1, -1, null, new byte[] {'{'}, List.of(), -1, -1));

  private static final Contract CONTRACT =
      ContractLoader.parse(
          """
          contract: all-types
          version: 1
          format: json
          fields:
            id: {type: string, required: true}
            at: {type: timestamp, required: true}
            i: {type: int32}
            f: {type: float64}
            d: {type: decimal, precision: 9, scale: 2}
            b: {type: boolean}
            u: {type: uint64}
            f32: {type: float32}
            v4: {type: ipv4}
            v6: {type: ipv6}
            e: {type: enum, values: [up, down]}
            floats: {type: map, values: float32}
            times: {type: map, values: {type: timestamp}}
            aa: {type: array, items: {type: array, items: {type: uint64}}}
            m: {type: map}
            a: {type: array, items: {type: record, fields: {x: {type: int64}, y: {type: text}, z: {type: timestamp}}}}
          event_time: {field: at}
          identity: [id, at]
          unknown_fields: {column: extra, as: map}
          tables:
            normal: {name: n, columns: [id, at, extra]}
            error: {name: e, columns: [id, at, extra]}
            late: {name: l, columns: [id, at, extra]}
            dead_letters: {name: d}
          """,
          "all.yaml");

  private static Event event(boolean full) {
    Row element =
        Row.withSchema(
                CONTRACT.schema().getField("a").getType().getCollectionElementType().getRowSchema())
            .addValues(1L, null, Instant.ofEpochSecond(-1, 1))
            .build();
    Instant time = Instant.ofEpochSecond(-1, 999_000_001);
    List<Object> values =
        full
            ? Arrays.asList(
                "é",
                time,
                1,
                -0.5,
                new BigDecimal("1.50"),
                true,
                -1L,
                Float.MIN_VALUE,
                "255.255.255.255",
                "::",
                "up",
                Map.of("x", -0.0f),
                Map.of("t", time),
                List.of(List.of(-1L, 1L), List.of()),
                Map.of("k", "v"),
                List.of(element, element),
                time,
                5L,
                Map.of("x.y", "1"))
            : Arrays.asList(
                "", time, null, null, null, null, null, null, null, null, null, Map.of(), Map.of(),
                List.of(), Map.of(), List.of(), time, null, Map.of());
    return new Event(
        Row.withSchema(CONTRACT.schema()).attachValues(values),
        Long.MIN_VALUE,
        Long.MAX_VALUE,
        -1,
        RECORDS.get(3));
  }

  @Test
  void recordsRoundTrip() throws Exception {
    for (SourceRecord record : RECORDS) {
      CoderProperties.coderDecodeEncodeEqual(SourceRecordCoder.of(), record);
      CoderProperties.coderDeterministic(SourceRecordCoder.of(), record, record);
      for (SourceRecord other : RECORDS) {
        CoderProperties.coderConsistentWithEquals(SourceRecordCoder.of(), record, other);
      }
    }
    CoderProperties.coderSerializable(SourceRecordCoder.of());
  }

  @Test
  void encodesALostRangeAsARecordWithANegativePartition() throws Exception {
    for (LostRange range :
        List.of(
            new LostRange("topic", 0, 0, 0, 0),
            new LostRange("topic", 0, 0, 9, 0, LostRange.Reason.SKIPPED),
            new LostRange("a.b-c", Integer.MAX_VALUE, 5, Long.MAX_VALUE - 1, -1))) {
      CoderProperties.coderDecodeEncodeEqual(LostRange.Coder.of(), range);
      SourceRecord record = range.asRecord(7);
      CoderProperties.coderDecodeEncodeEqual(SourceRecordCoder.of(), record);
      assertEquals(range, LostRange.of(record));
      assertEquals(true, LostRange.isLostRange(record));
    }
    for (SourceRecord record : RECORDS) {
      assertEquals(record.partition() < 0, LostRange.isLostRange(record));
    }
    assertEquals("t/1@10-39", new LostRange("t", 1, 10, 39, 0).toString());
    assertEquals("t/1@10", new LostRange("t", 1, 10, 10, 0).toString());
  }

  @Test
  void decodesARecordWithoutItsBytes() throws Exception {
    for (SourceRecord record : RECORDS) {
      ByteArrayOutputStream out = new ByteArrayOutputStream();
      out.write(7);
      SourceRecordCoder.of().encode(record, out);
      int end = out.size();
      out.write(7);
      assertEquals(
          record.withoutBytes(), SourceRecordCoder.decodeWithoutBytes(out.toByteArray(), 1, end));
    }
  }

  /** Decoded texts are slices of the record or of separate arrays. */
  @Test
  void keepsTextsAsSlicesOfTheRecord() throws Exception {
    String text = "x".repeat(500);
    byte[] json =
        ("{\"id\":\"" + text + "\",\"at\":\"2024-01-01T00:00:00Z\",\"a\":[{\"y\":\"é\\n\"}]}")
            .getBytes(StandardCharsets.UTF_8);
    SourceRecord record = new SourceRecord("t", 0, 1, null, json, List.of(), 0, 0);
    Event event = new JsonFormat().one(CONTRACT, () -> 7).decode(record);
    EventCoder coder = EventCoder.of(CONTRACT.schema());
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    coder.encode(event, out);
    assertThat(out.size(), lessThan(json.length + 150));
    Event decoded = coder.decode(new ByteArrayInputStream(out.toByteArray()));
    assertEquals(event, decoded);
    assertEquals(text, decoded.row().getString("id"));
    assertThat(
        ((Utf8Slice) decoded.values().raw(0)).bytes(), sameInstance(decoded.origin().value()));
    // A slice of other bytes is written with the event.
    Event moved = new Event(decoded.values(), 1, 2, 3, RECORDS.get(3));
    CoderProperties.coderDecodeEncodeEqual(coder, moved);
  }

  /** A text with escapes is not sent a second time beside its record. */
  @Test
  void keepsEscapedTextsAsSlicesOfTheRecord() throws Exception {
    byte[] json =
        ("{\"id\":\"" + "\\\"\\u00e9".repeat(100) + "\",\"at\":\"2024-01-01T00:00:00Z\"}")
            .getBytes(StandardCharsets.UTF_8);
    Event event =
        new JsonFormat()
            .one(CONTRACT, () -> 7)
            .decode(new SourceRecord("t", 0, 1, null, json, List.of(), 0, 0));
    EventCoder coder = EventCoder.of(CONTRACT.schema());
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    coder.encode(event, out);
    assertThat(out.size(), lessThan(json.length + 150));
    Event decoded = coder.decode(new ByteArrayInputStream(out.toByteArray()));
    assertThat(
        ((Utf8Slice) decoded.values().raw(0)).sent(), sameInstance(decoded.origin().value()));
    assertEquals("\"é".repeat(100), decoded.row().getString("id"));
    assertEquals(event, decoded);
    // Of an event with other bytes, the text itself is written.
    Event moved = new Event(decoded.values(), 1, 2, 3, RECORDS.get(3));
    CoderProperties.coderDecodeEncodeEqual(coder, moved);
  }

  @Test
  void rejectsDamagedEvents() throws Exception {
    EventCoder coder = EventCoder.of(CONTRACT.schema());
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    coder.encode(event(true), out);
    byte[] bytes = out.toByteArray();
    for (int length = 0; length < bytes.length; length++) {
      byte[] cut = Arrays.copyOf(bytes, length);
      assertThrows(IOException.class, () -> coder.decode(new ByteArrayInputStream(cut)));
    }
  }

  @Test
  void eventsRoundTrip() throws Exception {
    EventCoder coder = EventCoder.of(CONTRACT.schema());
    CoderProperties.coderDecodeEncodeEqual(coder, event(true));
    CoderProperties.coderDecodeEncodeEqual(coder, event(false));
    CoderProperties.coderSerializable(coder);
    assertEquals(coder, EventCoder.of(CONTRACT.schema()));
    assertEquals(coder.hashCode(), EventCoder.of(CONTRACT.schema()).hashCode());
    assertNotEquals(coder, EventCoder.of(Schema.builder().addStringField("x").build()));
    assertThrows(NonDeterministicException.class, coder::verifyDeterministic);
  }

  @Test
  void memoryThatIsUsedAgainGivesTheSameForm() throws Exception {
    EventCoder coder = EventCoder.of(CONTRACT.schema());
    ByteArrayOutputStream expected = new ByteArrayOutputStream();
    RowBuffer block = new RowBuffer(1);
    RowBuffer all = new RowBuffer(1);
    Event bare = event(true).withOrigin(event(true).origin().withoutBytes());
    for (Event event : List.of(event(true), bare, event(false))) {
      coder.encode(event, expected);
      block.clear();
      coder.encode(event, block, all.stream());
    }
    assertArrayEquals(expected.toByteArray(), all.toByteArray());
  }

  @Test
  void copiesOfACoderAreEqual() throws Exception {
    // Runners compare coders: Flink before it restores state, Flatten before it joins collections.
    EventCoder coder = EventCoder.of(CONTRACT.schema());
    EventCoder copy = SerializableUtils.clone(coder);

    assertEquals(coder, copy);
    assertEquals(coder.hashCode(), copy.hashCode());
    assertEquals(event(true), CoderUtils.clone(copy, event(true)));
  }

  @Test
  void deadLettersRoundTrip() throws Exception {
    for (SourceRecord record : RECORDS) {
      for (DeadLetterCode code : DeadLetterCode.values()) {
        DeadLetter letter =
            new DeadLetter(record, code, "é: expected", "stage", "c", 3, "", Long.MIN_VALUE, 7);
        CoderProperties.coderDecodeEncodeEqual(DeadLetterCoder.of(), letter);
        CoderProperties.coderDeterministic(DeadLetterCoder.of(), letter, letter);
      }
    }
    CoderProperties.coderSerializable(DeadLetterCoder.of());
  }

  @Test
  void codersAreSelfDelimiting() throws Exception {
    // Other elements contain events, so a coder must not read to the end of the stream.
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    EventCoder coder = EventCoder.of(CONTRACT.schema());
    for (boolean full : new boolean[] {true, false, true}) {
      coder.encode(event(full), out);
    }
    ByteArrayInputStream in = new ByteArrayInputStream(out.toByteArray());
    for (boolean full : new boolean[] {true, false, true}) {
      assertEquals(event(full), coder.decode(in));
    }
    assertEquals(0, in.available());
  }

  @Test
  void rejectsTruncatedBytes() throws Exception {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    SourceRecord record =
        new SourceRecord(
            "topic", 1, 2, new byte[3], new byte[4], List.of(new Header("h", new byte[5])), 6, 7);
    SourceRecordCoder.of().encode(record, out);
    for (int length = 0; length < out.size(); length++) {
      byte[] cut = Arrays.copyOf(out.toByteArray(), length);
      assertThrows(
          IOException.class,
          () -> SourceRecordCoder.of().decode(new ByteArrayInputStream(cut)),
          "cut at " + length);
    }
  }
}
