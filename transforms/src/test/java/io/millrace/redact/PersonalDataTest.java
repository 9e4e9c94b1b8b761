package io.millrace.redact;

import static io.millrace.redact.PersonalData.escaped;
import static io.millrace.redact.PersonalData.json;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.greaterThan;
import static org.hamcrest.Matchers.is;

import io.millrace.contract.Contract;
import io.millrace.contract.yaml.ContractLoader;
import io.millrace.decode.registry.TestSecrets;
import io.millrace.event.DeadLetter;
import io.millrace.event.DeadLetterFactory;
import io.millrace.event.Event;
import io.millrace.event.SourceRecord;
import io.millrace.event.SourceRecord.Header;
import io.millrace.event.SourceRecordCoder;
import io.millrace.redact.PersonalData.Kind;
import io.millrace.transforms.DecodeEvents;
import io.millrace.transforms.DecodingStep;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.apache.beam.sdk.testing.PAssert;
import org.apache.beam.sdk.testing.TestPipeline;
import org.apache.beam.sdk.testing.TestPipelineExtension;
import org.apache.beam.sdk.transforms.Create;
import org.apache.beam.sdk.transforms.MapElements;
import org.apache.beam.sdk.values.PCollection;
import org.apache.beam.sdk.values.PCollectionTuple;
import org.apache.beam.sdk.values.TypeDescriptors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * Plants fifty kinds of personal data in every place that a record has, and finds none in anything
 * that decoding gives.
 */
@ExtendWith(TestPipelineExtension.class)
class PersonalDataTest {
  private static final long NOW = 1_772_359_200_000L;
  private static final String START = "{\"id\":\"%s\",\"at\":\"2026-03-01T10:00:00Z\"";

  private static final String RULES =
      """
      redact:
        - {field: name, do: mask}
        - {field: about, do: hash, key: 'env:REDACT_KEY'}
        - {path: person, do: remove}
        - {path: 'payload.people.*', do: mask}
        - {path: 'guests.*.name', do: truncate, keep: 0}
        - {path: labels.owner, do: remove}
      """;

  private static final String FIELDS =
      """
      fields:
        id: {type: string, required: true}
        at: {type: timestamp, required: true}
        name: {type: string}
        about: {path: about.text, type: text}
        kind: {type: string}
        payload: {type: json}
        labels: {type: map}
        notes: {type: array, items: {type: string}}
        guests: {type: array, items: {type: record, fields: {name: {type: string}, note: {type: string}}}}
        size: {type: int64}
        counts: {type: map, values: int64}
      event_time: {field: at}
      identity: [id, at]
      filter: {tests: kind == 'test'}
      """;

  private static String rules() {
    StringBuilder rules = new StringBuilder(RULES);
    for (String pattern : PersonalData.PATTERNS) {
      rules
          .append("  - {pattern: '")
          .append(pattern)
          .append("', do: mask, key: 'env:REDACT_KEY'}\n");
    }
    return rules.toString();
  }

  /** The places of one event: what stands in it is valid, invalid or filtered. */
  private static List<String> places(Kind kind, String id) {
    List<String> events = new ArrayList<>();
    String start = START.formatted(id);
    String value = json(kind.value());
    for (String text : List.of(value, escaped(kind.value()))) {
      String quoted = "\"" + text + "\"";
      // Where a rule names the place
      events.add(start + ",\"name\":" + quoted + "}");
      events.add(start + ",\"name\":" + quoted + ",\"kind\":\"test\"}");
      events.add(start + ",\"about\":{\"text\":" + quoted + "}}");
      events.add(start + ",\"about\":{\"text\":{\"a\":" + quoted + "}}}");
      events.add(start + ",\"about\":" + quoted + "}");
      events.add(start + ",\"about\":[" + quoted + "]}");
      events.add(start + ",\"name\":[" + quoted + "]}");
      events.add(start + ",\"person\":{\"first\":" + quoted + ",\"a\":{\"b\":[" + quoted + "]}}}");
      events.add(start + ",\"payload\":{\"people\":[" + quoted + ",{\"n\":" + quoted + "}]}}");
      events.add(start + ",\"guests\":[{\"name\":" + quoted + "},{\"name\":" + quoted + "}]}");
      events.add(start + ",\"labels\":{\"owner\":" + quoted + "}}");
      events.add(start + ",\"size\":\"5\",\"name\":" + quoted + "}");
      events.add("{\"at\":\"2026-03-01T10:00:00Z\",\"name\":" + quoted + "}");
      // Bytes in which no place is certain
      events.add(start + ",\"name\":" + quoted);
      events.add(start + ",\"other\":" + quoted + ",}");
      events.add("[" + quoted + "]");
      events.add(quoted);
      events.add(start + ",\"name\":\"\\ud800\",\"other\":" + quoted + "}");
      if (kind.hasForm()) {
        events.add(start + ",\"kind\":" + quoted + "}");
        events.add(start + ",\"kind\":\"see " + text + ", thanks\"}");
        events.add(start + ",\"other\":" + quoted + ",\"deep\":{\"a\":[{\"b\":" + quoted + "}]}}");
        events.add(start + "," + quoted + ":1,\"deep\":{" + quoted + ":{" + quoted + ":[]}}}");
        events.add(start + ",\"payload\":[" + quoted + ",{" + quoted + ":" + quoted + "}]}");
        events.add(start + ",\"payload\":" + quoted + "}");
        events.add(
            start + ",\"labels\":{" + quoted + ":" + quoted + ",\"x\":{\"y\":" + quoted + "}}}");
        events.add(start + ",\"notes\":[" + quoted + "]}");
        events.add(
            start + ",\"guests\":[{\"note\":" + quoted + "},{" + quoted + ":" + quoted + "}]}");
        events.add(START.formatted(text) + "}");
        events.add(start + ",\"size\":" + quoted + "}");
        events.add(start + ",\"counts\":{" + quoted + ":1}}");
        events.add(start + ",\"counts\":{" + quoted + ":\"1\"}}");
        events.add(start + ",\"at\":" + quoted + "}");
        events.add("{\"id\":\"i\",\"at\":" + quoted + "}");
      }
    }
    return events;
  }

  private static SourceRecord record(long offset, String value, String personal) {
    return new SourceRecord(
        "topic",
        0,
        offset,
        personal.getBytes(UTF_8),
        value.getBytes(UTF_8),
        List.of(new Header("user", personal.getBytes(UTF_8)), new Header("none", null)),
        NOW,
        Long.MIN_VALUE);
  }

  private static Contract contract(String more) {
    TestSecrets.VALUES.put("env:REDACT_KEY", "0123456789abcdef0123456789abcdef");
    return ContractLoader.parse("contract: c\n" + more + FIELDS + rules(), "c.yaml");
  }

  private static void check(TestPipeline pipeline, Contract contract, List<SourceRecord> records) {
    PCollectionTuple decoded =
        pipeline
            .apply(Create.of(records).withCoder(SourceRecordCoder.of()))
            .apply(
                DecodeEvents.of(
                    contract, DeadLetterFactory.of(contract, "test", () -> NOW), () -> NOW));
    clean(
        decoded
            .get(DecodeEvents.EVENTS)
            .apply(
                "Events", MapElements.into(TypeDescriptors.strings()).via(PersonalDataTest::text)));
    clean(
        DecodingStep.filtered(decoded)
            .apply(
                "Filtered",
                MapElements.into(TypeDescriptors.strings()).via(PersonalDataTest::text)));
    clean(
        decoded
            .get(DecodeEvents.DEAD)
            .apply(
                "Dead",
                MapElements.into(TypeDescriptors.strings())
                    .via((DeadLetter dead) -> dead.message() + "\n" + text(dead.origin()))));
    pipeline.run();
  }

  private static String text(Event event) {
    return event.row() + "\n" + text(event.origin());
  }

  private static String text(SourceRecord record) {
    byte[] key = record.key();
    byte[] value = record.value();
    StringBuilder text = new StringBuilder(record.topic());
    text.append('\n').append(key == null ? "" : new String(key, UTF_8));
    text.append('\n').append(value == null ? "" : new String(value, UTF_8));
    for (Header header : record.headers()) {
      text.append('\n').append(header.name()).append('=');
      text.append(new String(header.storedValue(), UTF_8));
    }
    return text.toString();
  }

  private static void clean(PCollection<String> outputs) {
    PAssert.that(outputs)
        .satisfies(
            texts -> {
              List<Kind> kinds = PersonalData.all();
              int count = 0;
              for (String text : texts) {
                count++;
                String found = PersonalData.foundIn(text, kinds);
                assertThat(found + " is in " + text, found, is(""));
                for (Kind kind : kinds) {
                  assertThat(text, text.contains(escaped(kind.value())), is(false));
                }
              }
              assertThat("there are outputs", count, greaterThan(0));
              return null;
            });
  }

  @Test
  void recordsOfOneEvent(TestPipeline pipeline) {
    List<SourceRecord> records = new ArrayList<>();
    for (Kind kind : PersonalData.all()) {
      for (String event : places(kind, "id")) {
        records.add(record(records.size(), event, kind.value()));
      }
    }
    check(pipeline, contract(""), records);
  }

  @Test
  void undeclaredFieldsInAMap(TestPipeline pipeline) {
    List<SourceRecord> records = new ArrayList<>();
    for (Kind kind : PersonalData.all()) {
      for (String event : places(kind, "id")) {
        records.add(record(records.size(), event, kind.value()));
      }
    }
    check(pipeline, contract("unknown_fields: {column: more, as: map}\n"), records);
  }

  @Test
  void recordsOfManyEvents(TestPipeline pipeline) {
    List<SourceRecord> records = new ArrayList<>();
    for (Kind kind : PersonalData.all()) {
      String quoted = "\"" + json(kind.value()) + "\"";
      String around =
          kind.hasForm() ? "\"host\":" + quoted + ",\"a\":{" + quoted + ":" + quoted + "}," : "";
      for (String event : places(kind, "id")) {
        String many = "{" + around + "\"all\":[" + event + "," + START.formatted("x") + "}]}";
        records.add(record(records.size(), many, kind.value()));
      }
    }
    check(pipeline, contract("events: {path: all}\n"), records);
  }

  @Test
  void decryptsDeadLettersThatAreReplayed(TestPipeline pipeline) {
    TestSecrets.VALUES.put("env:REDACT_KEY", "0123456789abcdef0123456789abcdef");
    Contract contract =
        ContractLoader.parse(
            "contract: c\n" + FIELDS + "dead_letters: {bytes: encrypt, key: 'env:REDACT_KEY'}\n",
            "c.yaml");
    EventRedactor redactor = Objects.requireNonNull(EventRedactor.of(contract));
    SourceRecord letter =
        redactor.redactDead(record(1, START.formatted("i") + ",\"name\":\"Jane Doe\"}", "Jane"));
    PCollectionTuple decoded =
        pipeline
            .apply(Create.of(letter).withCoder(SourceRecordCoder.of()))
            .apply(
                DecodeEvents.of(
                    contract, DeadLetterFactory.of(contract, "test", () -> NOW), () -> NOW));
    PAssert.that(decoded.get(DecodeEvents.DEAD)).empty();
    PAssert.thatSingleton(decoded.get(DecodeEvents.EVENTS))
        .satisfies(
            event -> {
              assertThat(event.values().get(2), is("Jane Doe"));
              assertThat("its bytes are encrypted", SealedBytes.isSealed(event.origin()), is(true));
              return null;
            });
    pipeline.run();
  }
}
