package io.millrace.decode.json;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.millrace.contract.Contract;
import io.millrace.contract.yaml.ContractLoader;
import io.millrace.decode.DecodeException;
import io.millrace.decode.RecordDecoder;
import io.millrace.event.DeadLetterFactory;
import io.millrace.event.Event;
import io.millrace.event.SourceRecord;
import io.millrace.event.SourceRecord.Header;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Records that hold many events: each is decoded, or dead, by itself. */
class JsonElementsTest {
  private static final long TIME = Instant.parse("2026-03-01T12:00:00Z").toEpochMilli();

  /** What a decoder hands over. */
  private static final class Found implements RecordDecoder.Receiver {
    private final List<String> elements = new ArrayList<>();
    private final List<SourceRecord> dead = new ArrayList<>();
    private final List<SourceRecord> alive = new ArrayList<>();

    @Override
    public void event(Event event) {
      alive.add(event.origin());
      StringBuilder values = new StringBuilder();
      for (Object value : event.row().getValues().subList(1, event.row().getFieldCount() - 3)) {
        values.append(' ').append(value);
      }
      Object extra = event.row().getValue("extra");
      elements.add(
          event.origin().elementNumber()
              + values.toString()
              + (extra.equals("") ? "" : " " + extra));
    }

    @Override
    public void dead(DecodeException reason, SourceRecord element) {
      dead.add(element);
      elements.add(element.elementNumber() + " " + reason.code().label() + " " + text(element));
    }
  }

  private final Found found = new Found();

  private static String text(SourceRecord record) {
    return new String(record.value(), StandardCharsets.UTF_8);
  }

  private static Contract contract(String events, String limits, String as, String... fields) {
    return ContractLoader.parse(
        """
        contract: c
        version: 1
        events: %s
        limits: {%s}
        fields:
          at: {type: timestamp, format: epoch_s, required: true}
          %s
        event_time: {field: at}
        identity: [at]
        unknown_fields: {column: extra, as: %s}
        tables:
          normal: {name: n, columns: [at, extra]}
          late: {name: l, columns: [at, extra]}
          dead_letters: {name: d}
        """
            .formatted(events, limits, String.join("\n  ", fields), as),
        "c.yaml");
  }

  private static RecordDecoder decoder(String events, String... fields) {
    return RecordDecoder.compile(contract(events, "", "json", fields), () -> TIME);
  }

  private static SourceRecord record(String json, Header... headers) {
    return new SourceRecord(
        "t", 0, 7, null, json.getBytes(StandardCharsets.UTF_8), List.of(headers), TIME, TIME);
  }

  private List<String> decode(RecordDecoder decoder, String json) throws DecodeException {
    assertEquals(decoder.decode(record(json), found), found.elements.size());
    return found.elements;
  }

  @Test
  void theElementsOfAnArray() throws DecodeException {
    RecordDecoder decoder = decoder("{path: metrics}", "n: {type: int32}");

    assertEquals(
        List.of("0 1", "1 2", "2 null {\"m\":\"]}\"}"),
        decode(
            decoder,
            """
            {"metrics": [{"at":1,"n":1} , {"n":2,"at":2},
             {"at":3,"m":"]}"}]}
            """));
  }

  @Test
  void aBadElementIsDeadAloneWithItsBytes() throws DecodeException {
    RecordDecoder decoder = decoder("{path: metrics}", "n: {type: int32}");

    assertEquals(
        List.of(
            "0 1",
            "1 wrong_type {\"at\":2,\"n\":\"x\"}",
            "2 not_an_object 17",
            "3 duplicate_key {\"at\":3,\"at\":3}",
            "4 malformed_json {\"at\":4,\"n\":tru}",
            "5 not_a_number {\"at\":NaN}",
            "6 not_an_object null",
            "7 missing_field {}",
            "8 8"),
        decode(
            decoder,
            "{\"metrics\":[{\"at\":1,\"n\":1},{\"at\":2,\"n\":\"x\"},17,{\"at\":3,\"at\":3},"
                + "{\"at\":4,\"n\":tru},{\"at\":NaN},null,{},{\"at\":8,\"n\":8}]}"));
    assertEquals(9, found.dead.get(0).elements());
    assertEquals("t/0@7#1", found.dead.get(0).toString());
  }

  @Test
  void anElementThatIsNotUtf8IsDeadAlone() throws DecodeException {
    byte[] json = "[{\"at\":1},{\"at\":2,\"n\":\"?\"},{\"at\":3}]".getBytes(StandardCharsets.UTF_8);
    json[new String(json, StandardCharsets.UTF_8).indexOf('?')] = (byte) 0xff;

    int count =
        decoder("{path: $}")
            .decode(new SourceRecord("t", 0, 7, null, json, List.of(), TIME, TIME), found);

    assertEquals(3, count);
    assertEquals(List.of("0", "2"), List.of(found.elements.get(0), found.elements.get(2)));
    assertEquals("1 not_utf8", found.elements.get(1).substring(0, 10));
  }

  @Test
  void anArrayWithinObjects() throws DecodeException {
    assertEquals(
        List.of("0 5"),
        decode(
                decoder("{path: a.b}", "n: {type: int32}"),
                "{\"x\":{\"b\":[1]},\"a\":{\"b\":[{\"at\":1,\"n\":5}]}}")
            .stream()
            .map(text -> text.substring(0, 3))
            .toList());
  }

  @Test
  void arraysWithinArraysAndWhatIsAroundThem() throws DecodeException {
    RecordDecoder decoder =
        decoder(
            "{path: 'groups[].scopes[].logs'}",
            "n: {type: int32}",
            "host: {path: $.host, type: string}",
            "group: {path: '$.groups[].meta.name', type: string, required: true}",
            "scope: {path: '$.groups[].scopes[].scope', type: string, default: none}");

    assertEquals(
        List.of(
            "0 1 h A s1",
            "1 2 h A s1",
            "2 3 h A none",
            "3 4 h B none {\"x\":1,\"$.groups[]\":{\"m\":[2]}}"),
        decode(
            decoder,
            """
            {"groups":[
              {"scopes":[{"scope":"s1","logs":[{"at":1,"n":1},{"at":2,"n":2}]},
                         {"logs":[{"at":3,"n":3}]},
                         {"logs":[]},
                         {"logs":null},
                         {}],
               "meta":{"name":"A"}},
              {"meta":{"name":"B"},"m":[2],"scopes":[{"logs":[{"at":4,"n":4,"x":1}]}]}],
             "host":"h"}
            """));
  }

  @Test
  void whatIsWrongAroundEventsKillsThemAlone() throws DecodeException {
    RecordDecoder decoder =
        decoder(
            "{path: 'groups[].logs'}",
            "n: {type: int32}",
            "group: {path: '$.groups[].name', type: string, required: true}");

    assertEquals(
        List.of(
            "0 wrong_type {\"at\":1}",
            "1 missing_field {\"at\":2}",
            "2 not_an_object 5",
            "3 wrong_type {\"logs\":7}",
            "4 3 C"),
        decode(
            decoder,
            """
            {"groups":[{"name":1,"logs":[{"at":1}]},{"logs":[{"at":2}]},5,{"logs":7},
            {"name":"C","logs":[{"at":3,"n":3}]}]}
            """));
  }

  @Test
  void undeclaredFieldsAroundEventsAreKept() throws DecodeException {
    String json = "{\"a\":1,\"b\":{\"c\":\"x\"},\"metrics\":[{\"at\":1},{\"at\":2,\"n\":3}]}";

    assertEquals(
        List.of(
            "0 {\"$\":{\"a\":1,\"b\":{\"c\":\"x\"}}}",
            "1 {\"n\":3,\"$\":{\"a\":1,\"b\":{\"c\":\"x\"}}}"),
        decode(decoder("{path: metrics}"), json));

    found.elements.clear();
    Contract asMap = contract("{path: metrics}", "", "map");
    assertEquals(
        List.of("0 {$.a=1, $.b={\"c\":\"x\"}}", "1 {n=3, $.a=1, $.b={\"c\":\"x\"}}"),
        decode(RecordDecoder.compile(asMap, () -> TIME), json));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          {"metrics":[{"at":1}]         | truncated
          {"metrics":[{"at":1}          | truncated
          {"metrics":[{"at":"           | truncated
          {"metrics"                    | truncated
          {"metrics":[{"at":1}]}}       | trailing_garbage
          {"metrics":[{"at":1},]}       | malformed_json
          {"metrics":[{"at":1} {"at":1}]} | malformed_json
          {"metrics":[{"at":1}],}       | malformed_json
          {"metrics":{"at":1}}          | wrong_type
          {"metrics":7}                 | wrong_type
          {"metrics":nul}               | wrong_type
          {"metrics":[],"metrics":[]}   | duplicate_key
          {"metrics":[],"metr\\u0069cs":[]} | duplicate_key
          [{"at":1}]                    | not_an_object
          17                            | not_an_object
          ` `                           | empty
          """)
  void aRecordThatCannotBeTakenApartHandsOverNothing(String json, String code) {
    DecodeException e =
        assertThrows(DecodeException.class, () -> decode(decoder("{path: metrics}"), json));

    assertEquals(code, e.code().label());
    assertEquals(List.of(), found.elements);
  }

  @ParameterizedTest
  @ValueSource(strings = {"{}", "{\"metrics\":[]}", "{\"metrics\":null}", "{\"other\":[1]}"})
  void aRecordMayHoldNothing(String json) throws DecodeException {
    assertEquals(List.of(), decode(decoder("{path: metrics}"), json));
  }

  @Test
  void theKeyOfTheArrayMayBeEscaped() throws DecodeException {
    assertEquals(
        List.of("0"), decode(decoder("{path: metrics}"), "{\"metr\\u0069cs\":[{\"at\":1}]}"));
  }

  @Test
  void linesThatAreNotBlank() throws DecodeException {
    assertEquals(
        List.of("0 1", "1 malformed_json {\"at\":2,\"n\":2", "2 3"),
        decode(
                decoder("lines", "n: {type: int32}"),
                "{\"at\":1,\"n\":1}\r\n\n  \n{\"at\":2,\"n\":2\n{\"at\":3,\"n\":3}")
            .stream()
            .map(text -> text.replace("truncated", "malformed_json"))
            .toList());
    assertEquals(3, found.alive.get(0).elements());
  }

  @Test
  void limitsOfARecordAndOfAnElement() throws DecodeException {
    RecordDecoder decoder =
        RecordDecoder.compile(
            contract("{path: $}", "max_bytes: 20, max_events: 2, max_record_bytes: 60", "json"),
            () -> TIME);

    assertEquals(
        List.of("0 too_large {\"at\":1,\"n\":\"0123456789\"}", "1"),
        decode(decoder, "[{\"at\":1,\"n\":\"0123456789\"},{\"at\":2}]"));
    for (String json : List.of("[1,2,3]", " ".repeat(60) + "[]")) {
      DecodeException e =
          assertThrows(DecodeException.class, () -> decoder.decode(record(json), found));
      assertEquals("too_large", e.code().label());
    }
  }

  /** As an operator mends a dead letter and sends its bytes with the headers that it has. */
  @Test
  void aDeadElementThatIsReplayedIsDecodedWithWhatWasAroundIt() throws DecodeException {
    RecordDecoder decoder =
        decoder(
            "{path: 'groups[].logs'}",
            "n: {type: int32, required: true}",
            "host: {path: $.host, type: string, required: true}");
    decode(decoder, "{\"groups\":[{\"logs\":[{\"at\":1}],\"g\":2}],\"host\":\"h\"}");
    SourceRecord dead = found.dead.get(0);
    found.elements.clear();
    List<Header> headers = new ArrayList<>(dead.headers());
    headers.add(new Header(DeadLetterFactory.ELEMENT_HEADER, "0".getBytes(StandardCharsets.UTF_8)));

    int count = decoder.decode(record("{\"at\":1,\"n\":4}", headers.toArray(new Header[0])), found);

    assertEquals(1, count);
    assertEquals(List.of("0 4 h {\"$.groups[]\":{\"g\":2}}"), found.elements);
  }

  @Test
  void noBytesMakeAnythingButEventsAndDeadLetters() {
    RecordDecoder decoder =
        decoder("{path: 'a[].b'}", "n: {type: int32}", "h: {path: $.h, type: string}");
    String json = "{\"a\":[{\"b\":[{\"at\":1,\"n\":2},{\"at\":3}],\"c\":\"\\\"x\"}],\"h\":\"y\"}";
    Random random = new Random(15);
    for (int i = 0; i < 50_000; i++) {
      byte[] bytes = json.getBytes(StandardCharsets.UTF_8);
      for (int n = random.nextInt(4); n >= 0; n--) {
        int at = random.nextInt(bytes.length);
        bytes[at] = n == 0 ? (byte) random.nextInt() : bytes[random.nextInt(bytes.length)];
      }
      found.elements.clear();
      try {
        int count =
            decoder.decode(new SourceRecord("t", 0, i, null, bytes, List.of(), TIME, TIME), found);
        assertEquals(count, found.elements.size());
      } catch (DecodeException e) {
        assertEquals(0, found.elements.size());
      }
    }
  }
}
