package io.millrace.connectors;

import static io.millrace.fixtures.TestDeadLetters.bytes;
import static io.millrace.fixtures.TestDeadLetters.header;
import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.contains;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.greaterThan;
import static org.hamcrest.Matchers.hasEntry;
import static org.hamcrest.Matchers.hasSize;
import static org.hamcrest.Matchers.is;
import static org.hamcrest.Matchers.lessThanOrEqualTo;
import static org.hamcrest.Matchers.not;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.google.api.services.pubsub.model.PubsubMessage;
import io.millrace.deadletter.DeadLetterJson;
import io.millrace.deadletter.DeadLetterMetadata;
import io.millrace.event.DeadLetter;
import io.millrace.event.SourceRecord.Header;
import io.millrace.fixtures.TestDeadLetters;
import io.millrace.pubsub.PubsubMessages;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class DeadLetterFormsTest {
  private static final ObjectMapper JSON = new ObjectMapper();

  @Test
  void metadataSayWhatTheTableSays() {
    Map<String, String> values = DeadLetterMetadata.of(TestDeadLetters.number(7), "clickhouse-2");
    assertThat(
        values,
        equalTo(
            Map.ofEntries(
                Map.entry("millrace-dead-letter-id", "queries/2@7>clickhouse-2"),
                Map.entry("millrace-dead-letter-code", "malformed_json"),
                Map.entry("millrace-dead-letter-message", "at byte 7: expected a value"),
                Map.entry("millrace-dead-letter-stage", "DecodeEvents"),
                Map.entry("millrace-dead-letter-sink", "clickhouse-2"),
                Map.entry("millrace-dead-letter-contract", "query-events"),
                Map.entry("millrace-dead-letter-contract-version", "3"),
                Map.entry("millrace-dead-letter-consumer", "millrace"),
                Map.entry("millrace-dead-letter-first-seen", "2026-03-01T10:00:01.500Z"),
                Map.entry("millrace-dead-letter-attempt", "1"),
                Map.entry("millrace-dead-letter-topic", "queries"),
                Map.entry("millrace-dead-letter-partition", "2"),
                Map.entry("millrace-dead-letter-offset", "7"),
                Map.entry("millrace-dead-letter-record-time", "2026-03-01T10:00:00Z"),
                Map.entry("millrace-attempt", "2"),
                Map.entry("millrace-first-seen", "1772359201500"),
                Map.entry("millrace-first-place", "queries/2@7"))));
  }

  @Test
  void anEarlierAttemptsHeadersAreReplacedAndTheFirstPlaceIsKept() {
    List<Header> replayed = new ArrayList<>();
    replayed.add(header("own", "kept"));
    DeadLetterMetadata.of(TestDeadLetters.number(7), "")
        .forEach((name, value) -> replayed.add(header(name, value)));
    DeadLetter again = TestDeadLetters.of(99, null, bytes("x"), replayed);
    assertThat(DeadLetterMetadata.ownHeaders(again.origin()), contains(header("own", "kept")));
    Map<String, String> values = DeadLetterMetadata.of(again, "");
    assertThat(values, hasEntry("millrace-first-place", "queries/2@7"));
    assertThat(values, hasEntry("millrace-dead-letter-offset", "99"));
  }

  @Test
  void whatTellsHowToReadTheBytesIsKept() {
    List<Header> replayed = new ArrayList<>();
    for (String name : List.of("key", "key-base64", "tombstone", "format", "part", "code")) {
      replayed.add(header("millrace-dead-letter-" + name, "x"));
    }
    DeadLetter again = TestDeadLetters.of(99, null, bytes("x"), replayed);
    assertThat(DeadLetterMetadata.ownHeaders(again.origin()), equalTo(replayed.subList(0, 5)));
  }

  @Test
  void aFirstPlaceThatIsNoneOfOursIsNotCarriedOn() {
    DeadLetter letter =
        TestDeadLetters.of(
            99, null, bytes("x"), List.of(header("millrace-first-place", "x".repeat(1_000_000))));
    assertThat(DeadLetterMetadata.of(letter, ""), hasEntry("millrace-first-place", "queries/2@99"));
  }

  @Test
  void aLineOfJsonHoldsEveryByte() throws Exception {
    DeadLetter letter = TestDeadLetters.number(7);
    JsonNode json = JSON.readTree(DeadLetterJson.of(letter, ""));
    assertThat(json.path("value").binaryValue(), is(letter.origin().value()));
    assertThat(json.path("key").binaryValue(), is(letter.origin().key()));
    assertThat(json.path("headers").get(1).path("name").asText(), is("raw"));
    assertThat(
        json.path("headers").get(1).path("value").binaryValue(), is(new byte[] {(byte) 0xFE}));
    assertThat(json.path("code").asText(), is("malformed_json"));
    assertThat(json.path("record_time").asText(), is("2026-03-01T10:00:00Z"));
    assertThat(json.path("attempt").asInt(), is(1));
  }

  /** Kafka tells a header without a value from one with no bytes. */
  @Test
  void aHeaderWithoutAValueIsNotAnEmptyOne() throws Exception {
    Header none = new Header("none", null);
    DeadLetter letter = TestDeadLetters.of(1, null, null, List.of(none, header("empty", "")));
    JsonNode headers = JSON.readTree(DeadLetterJson.of(letter, "")).path("headers");
    assertThat(headers.get(0).path("value").isNull(), is(true));
    assertThat(headers.get(1).path("value").asText("null"), is(""));
    assertThat(DeadLetterMetadata.ownHeaders(letter.origin()), equalTo(letter.origin().headers()));
    // An attribute of Pub/Sub is a text: the whole letter is sent as JSON
    assertThat(
        PubsubMessages.of(letter, "").get(0).getAttributes(),
        hasEntry(DeadLetterMetadata.FORMAT, DeadLetterMetadata.JSON));
    // What a table holds, whose column is of texts or bytes
    assertThat(none.storedName(), is("none-null"));
    assertThat(none.storedValue(), is(new byte[0]));
    assertThat(header("none", "").storedName(), is("none"));
  }

  @Test
  void aTombstoneAndHalfASurrogatePairCanBeWritten() throws Exception {
    DeadLetter half = TestDeadLetters.of(1, null, null, List.of(header("h", "v")));
    DeadLetter letter =
        new DeadLetter(half.origin(), half.code(), "cut \uD83D", "s", "c", 1, "m", 0, 1);
    JsonNode json = JSON.readTree(DeadLetterJson.of(letter, ""));
    assertThat(json.path("value").isNull(), is(true));
    assertThat(json.path("key").isNull(), is(true));
    assertThat(json.path("message").asText(), is("cut \uD83D"));
  }

  @Test
  void partsJoinedAreTheLine() {
    byte[] line = DeadLetterJson.of(TestDeadLetters.number(7), "");
    List<byte[]> parts = DeadLetterJson.parts(line, 100);
    assertThat(parts.size(), greaterThan(3));
    assertThat(joined(parts), is(line));
  }

  private static byte[] joined(List<byte[]> parts) {
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    parts.forEach(all::writeBytes);
    return all.toByteArray();
  }

  private static PubsubMessage one(DeadLetter letter) {
    List<PubsubMessage> messages = PubsubMessages.of(letter, "");
    assertThat(messages, hasSize(1));
    return messages.get(0);
  }

  @Test
  void attributesTakeTextAsItIsAndBytesInBase64() {
    PubsubMessage message = one(TestDeadLetters.number(7));
    assertThat(message.decodeData(), is(TestDeadLetters.number(7).origin().value()));
    assertThat(message.getAttributes(), hasEntry("trace", "abc"));
    assertThat(message.getAttributes(), hasEntry("raw-base64", "/g=="));
    assertThat(message.getAttributes(), hasEntry("millrace-dead-letter-key-base64", "AAf/"));
    assertThat(message.getAttributes(), hasEntry("millrace-attempt", "2"));
    assertThat(
        one(TestDeadLetters.of(1, bytes("k"), null, List.of())).getAttributes(),
        hasEntry("millrace-dead-letter-tombstone", "true"));
  }

  @Test
  void whatAttributesCannotHoldGoesAsJson() throws Exception {
    List<Header> many = new ArrayList<>();
    for (int i = 0; i < 90; i++) {
      many.add(header("h" + i, "v"));
    }
    for (List<Header> headers :
        List.of(
            many,
            List.of(header("twice", "1"), header("twice", "2")),
            List.of(header("long", "v".repeat(1025))),
            List.of(header("n".repeat(257), "v")),
            List.of(header("", "v")),
            List.of(header("googclient", "v")))) {
      DeadLetter letter = TestDeadLetters.of(1, null, bytes("x"), headers);
      PubsubMessage message = one(letter);
      assertThat(message.getAttributes(), hasEntry("millrace-dead-letter-format", "json"));
      assertThat(message.getAttributes().size(), lessThanOrEqualTo(100));
      assertThat(message.decodeData(), is(DeadLetterJson.of(letter, "")));
      assertThat(JSON.readTree(message.decodeData()).path("headers").size(), is(headers.size()));
    }
  }

  @Test
  void aLongMessageIsCutInTheAttributeWithinWholeCharacters() {
    DeadLetter plain = TestDeadLetters.number(1);
    DeadLetter letter =
        new DeadLetter(plain.origin(), plain.code(), "ä".repeat(1000), "s", "c", 1, "m", 0, 1);
    assertThat(
        one(letter).getAttributes(), hasEntry("millrace-dead-letter-message", "ä".repeat(512)));
    assertThat(one(letter).getAttributes(), not(hasEntry("millrace-dead-letter-format", "json")));
  }

  @Test
  void whatIsTooLargeForOneMessageGoesInParts() {
    DeadLetter letter = TestDeadLetters.of(1, null, new byte[11_000_000], List.of());
    List<PubsubMessage> parts = PubsubMessages.of(letter, "");
    assertThat(parts, hasSize(4));
    assertThat(parts.get(3).getAttributes(), hasEntry("millrace-dead-letter-part", "4/4"));
    byte[] line = joined(parts.stream().map(PubsubMessage::decodeData).toList());
    assertThat(new String(line, 0, 20, StandardCharsets.UTF_8), is("{\"id\":\"queries/2@1\","));
    assertThat(line, is(DeadLetterJson.of(letter, "")));
  }
}
