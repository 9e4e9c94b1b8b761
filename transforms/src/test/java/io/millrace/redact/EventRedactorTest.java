package io.millrace.redact;

import static io.millrace.redact.Redacting.bytes;
import static io.millrace.redact.Redacting.record;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.contains;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.hasSize;
import static org.hamcrest.Matchers.is;
import static org.hamcrest.Matchers.matchesPattern;
import static org.hamcrest.Matchers.not;
import static org.hamcrest.Matchers.nullValue;

import io.millrace.event.Event;
import io.millrace.event.SourceRecord;
import io.millrace.event.SourceRecord.Header;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What redaction does with rows, bytes, keys and headers. */
class EventRedactorTest {
  private static final String FIELDS =
      """
      contract: c
      fields:
        id: {type: string, required: true}
        at: {type: timestamp, required: true}
        email: {path: user.email, type: string}
        phone: {path: user.phone, type: text}
        ip: {type: ipv4}
        count: {type: int64}
        payload: {type: json}
        labels: {type: map}
        notes: {type: array, items: {type: string}}
        items: {type: array, items: {type: record, fields: {sku: {type: string}, to: {type: string}}}}
      event_time: {field: at}
      identity: [id, at]
      redact:
      """;
  private static final String START = "{\"id\":\"i1\",\"at\":\"2026-03-01T10:00:00Z\"";

  private static Redacting with(String... rules) {
    StringBuilder yaml = new StringBuilder(FIELDS);
    for (String rule : rules) {
      yaml.append("  - {").append(rule).append("}\n");
    }
    return new Redacting(yaml.toString());
  }

  @Test
  void removesFieldsFromRowAndBytes() throws Exception {
    Redacting redacting = with("field: email, do: remove", "field: count, do: remove");
    Event event =
        redacting.redacted(START + ",\"count\":7,\"user\":{\"email\":\"a@b.c\",\"phone\":\"12\"}}");
    assertThat(redacting.value(event, "email"), nullValue());
    assertThat(redacting.value(event, "count"), nullValue());
    assertThat(redacting.value(event, "phone"), is("12"));
    assertThat(bytes(event.origin()), is(START + ",\"user\":{\"phone\":\"12\"}}"));
    assertThat(redacting.shuffled(event).row(), is(event.row()));
    assertThat(
        redacting.redactor.applied(), contains("remove of field email", "remove of field count"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{\"a\":1,\"b\":2}                | {\"b\":2}",
        "{\"b\":2,\"a\":1}                | {\"b\":2}",
        "{ \"a\" : 1 }                    | {  }",
        "{\"c\":0,\"a\":1,\"b\":2}        | {\"c\":0,\"b\":2}",
        "{\"a\":[1,{\"a\":2}] ,\"b\":2}   | {\"b\":2}",
        "{\"\\u0061\":1,\"b\":{\"a\":3}}  | {\"b\":{\"a\":3}}",
        "{\"a\":null,\"b\":2}             | {\"b\":2}"
      })
  void removesMembersWithTheirComma(String json, String expected) {
    Redacting redacting = with("path: payload.a, do: remove");
    Event event = redacting.redacted(START + ",\"payload\":" + json + "}");
    assertThat(redacting.value(event, "payload"), is(expected));
    assertThat(bytes(event.origin()), is(START + ",\"payload\":" + expected + "}"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "do: mask                 | \"+49 170 1234567\" | ***",
        "do: mask, keep: 4        | \"+49 170 1234567\" | ***4567",
        "do: mask, keep: 4        | \"4567\"            | ***",
        "do: mask, keep: 4        | \"***4567\"         | ***4567",
        "do: mask                 | \"\"                | ''",
        "do: mask                 | 491701234567        | ***",
        "do: truncate, keep: 3    | \"+49 170 1234567\" | +49",
        "do: truncate, keep: 2    | \"\\u00e4\u00f6\u00fc\"   | \u00e4\u00f6",
        "do: truncate, keep: 3    | \"a\\\"bc\"         | a\"b"
      })
  void replacesTexts(String action, String json, String expected) throws Exception {
    Redacting redacting = with("field: phone, " + action);
    Event event = redacting.redacted(START + ",\"user\":{\"phone\":" + json + ",\"email\":\"e\"}}");
    assertThat(redacting.value(event, "phone"), is(expected));
    assertThat(redacting.value(event, "email"), is("e"));
    assertThat(redacting.shuffled(event).row(), is(event.row()));
    Event again = redacting.redacted(bytes(event.origin()));
    assertThat("a replay changes nothing", again.row(), is(event.row()));
  }

  @Test
  void hashesByKeyAndOnce() throws Exception {
    Redacting redacting = with("field: id, do: hash, key: " + Redacting.KEY);
    Event raw = redacting.decoded(record(START + "}")).get(0);
    Event event = redacting.redactor.redact(raw);
    String hash = String.valueOf(redacting.value(event, "id"));
    assertThat(hash, matchesPattern("[0-9a-f]{40}"));
    assertThat(bytes(event.origin()), containsString(hash));
    assertThat(
        "the identity is that of the raw value", event.identityHigh(), is(raw.identityHigh()));
    assertThat(redacting.value(redacting.redacted(bytes(event.origin())), "id"), is(hash));
    assertThat(
        redacting.value(redacting.redacted(START.replace("i1", "i2") + "}"), "id"), not(hash));
    assertThat(
        "an escaped text is the same text",
        redacting.value(redacting.redacted(START.replace("i1", "i\\u0031") + "}"), "id"),
        is(hash));
    assertThat(redacting.shuffled(event).row(), is(event.row()));
  }

  @Test
  void truncatesAddresses() {
    Redacting redacting = with("field: ip, do: truncate, keep: 20");
    Event event = redacting.redacted(START + ",\"ip\":\"192.0.255.77\"}");
    assertThat(redacting.value(event, "ip"), is("192.0.240.0"));
    assertThat(bytes(event.origin()), containsString("192.0.240.0"));
  }

  @Test
  void redactsWithinArraysMapsRecordsAndUndeclaredValues() throws Exception {
    Redacting redacting =
        with(
            "path: 'items.*.to', do: mask",
            "path: labels.owner, do: remove",
            "path: 'payload.*.mail', do: mask",
            "path: more.deep.name, do: mask",
            "path: 'items.*.gift', do: mask",
            "field: notes, do: truncate, keep: 1");
    Event event =
        redacting.redacted(
            START
                + ",\"items\":[{\"sku\":\"s\",\"to\":\"Jane\"},{\"to\":\"Joe\",\"gift\":\"for Ann\"}]"
                + ",\"labels\":{\"owner\":\"Jane\",\"env\":\"dev\"}"
                + ",\"payload\":{\"x\":{\"mail\":\"Jane\"},\"y\":[{\"mail\":\"Joe\"}]}"
                + ",\"more\":{\"deep\":{\"name\":\"Jane\",\"size\":1}},\"notes\":[\"Jane\",\"Joe\"]}");
    assertThat(redacting.value(event, "labels"), is(Map.of("env", "dev")));
    assertThat(redacting.value(event, "notes"), is(List.of("J", "J")));
    assertThat(redacting.value(event, "payload"), is("{\"x\":{\"mail\":\"***\"},\"y\":\"***\"}"));
    assertThat(
        redacting.unknown(event),
        is(
            "{\"items\":[{},{\"gift\":\"***\"}],\"more\":{\"deep\":{\"name\":\"***\",\"size\":1}}}"));
    assertThat(redacting.shuffled(event).row().toString(), not(containsString("Joe")));
    assertThat(event.row().toString(), not(containsString("Jane")));
    assertThat(bytes(event.origin()), not(containsString("Jane")));
    assertThat(redacting.redacted(bytes(event.origin())).row(), is(event.row()));
  }

  @Test
  void examinesEveryTextByPatterns() throws Exception {
    Redacting redacting = with("pattern: '[a-z]+@[a-z.]+', do: mask, key: " + Redacting.KEY);
    Event event =
        redacting.redacted(
            "{\"id\":\"i of a@b.c\",\"at\":\"2026-03-01T10:00:00Z\",\"user\":{\"email\":\"to a@b.c,"
                + " d\\u0040e.f\"},\"labels\":{\"a@b.c\":\"x\",\"d@e.f\":\"g@h.i\"},"
                + "\"notes\":[\"a@b.c\"],\"payload\":{\"a@b.c\":[\"d@e.f\"]},\"z@z.z\":{\"z@z.z\":1}}");
    assertThat(redacting.value(event, "email"), is("to ***, ***"));
    assertThat(
        "a text that identifies is hashed",
        String.valueOf(redacting.value(event, "id")),
        matchesPattern("i of [0-9a-f]{40}"));
    assertThat(redacting.value(event, "labels"), is(Map.of("***", "x", "***#2", "***")));
    assertThat(redacting.value(event, "payload"), is("{\"***\":[\"***\"]}"));
    assertThat(redacting.unknown(event), is("{\"***\":{\"***\":1}}"));
    assertThat(bytes(event.origin()), not(containsString("@")));
    assertThat(redacting.redacted(bytes(event.origin())).row(), is(event.row()));
    assertThat(redacting.shuffled(event).row(), is(event.row()));
  }

  @Test
  void removesKeyAndHeadersWithoutARule() {
    SourceRecord record =
        record(
            START + "}",
            new Header("trace", "t".getBytes(UTF_8)),
            new Header("user", "Jane Doe".getBytes(UTF_8)),
            new Header("note", "by a@b.c".getBytes(UTF_8)),
            new Header("millrace-attempt", "2".getBytes(UTF_8)));
    Redacting removing = with("field: email, do: remove");
    SourceRecord removed = removing.redactor.redact(removing.decoded(record).get(0)).origin();
    assertThat(removed.key(), nullValue());
    assertThat(removed.headers(), contains(new Header("millrace-attempt", "2".getBytes(UTF_8))));
    Redacting keeping =
        with(
            "record_key: true, do: mask",
            "header: user, do: truncate, keep: 4",
            "header: '*', do: keep",
            "pattern: '[a-z]+@[a-z.]+', do: mask, key: " + Redacting.KEY);
    SourceRecord kept = keeping.redactor.redact(keeping.decoded(record).get(0)).origin();
    assertThat(new String(kept.key(), UTF_8), is("***"));
    assertThat(
        kept.headers(),
        contains(
            new Header("trace", "t".getBytes(UTF_8)),
            new Header("user", "Jane".getBytes(UTF_8)),
            new Header("note", "by ***".getBytes(UTF_8)),
            new Header("millrace-attempt", "2".getBytes(UTF_8))));
  }

  @Test
  void redactsWhatIsAroundTheEventsOfARecord() throws Exception {
    Redacting redacting =
        new Redacting(
            """
            contract: c
            events: {path: all}
            fields:
              id: {type: string, required: true}
              at: {type: timestamp, required: true}
              host: {path: $.host, type: string}
            event_time: {field: at}
            identity: [id, at]
            redact:
              - {field: host, do: mask}
              - {path: $.agent.user, do: mask}
              - {path: name, do: remove}
            """);
    String record =
        "{\"host\":\"Jane-PC\",\"agent\":{\"user\":\"Jane\",\"v\":1},\"all\":["
            + START
            + ",\"name\":\"Jane\"},"
            + START
            + "}]}";
    List<Event> events = redacting.decoded(record(record));
    assertThat(events, hasSize(2));
    for (Event decoded : events) {
      Event event = redacting.redactor.redact(decoded);
      assertThat(redacting.value(event, "host"), is("***"));
      assertThat(redacting.unknown(event), is("{\"$\":{\"agent\":{\"user\":\"***\",\"v\":1}}}"));
      assertThat(bytes(event.origin()), is(START + "}"));
      assertThat(
          new String(event.origin().headers().get(0).value(), UTF_8),
          is("[{\"host\":\"***\",\"agent\":{\"user\":\"***\",\"v\":1}}]"));
      assertThat(redacting.shuffled(event).row(), is(event.row()));
    }
  }
}
