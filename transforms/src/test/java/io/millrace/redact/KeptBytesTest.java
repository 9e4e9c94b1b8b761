package io.millrace.redact;

import static io.millrace.redact.Redacting.bytes;
import static io.millrace.redact.Redacting.record;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.contains;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.is;
import static org.hamcrest.Matchers.not;
import static org.hamcrest.Matchers.nullValue;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.millrace.contract.yaml.ContractLoader;
import io.millrace.decode.registry.TestSecrets;
import io.millrace.event.Event;
import io.millrace.event.SourceRecord;
import io.millrace.event.SourceRecord.Header;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What stays of the bytes of dead letters, and of formats whose bytes are not rewritten. */
class KeptBytesTest {
  private static final String FIELDS =
      """
      contract: c
      fields:
        id: {type: string, required: true}
        at: {type: timestamp, required: true}
        email: {path: user.email, type: string}
        counts: {type: map, values: int64}
      event_time: {field: at}
      identity: [id, at]
      """;
  private static final String RULES = "redact: [{path: user.email, do: mask}]\n";
  private static final String ENCRYPT = "dead_letters: {bytes: encrypt, key: 'env:REDACT_KEY'}\n";
  private static final String BROKEN = "{\"user\":{\"email\":\"jane@example.com\"}";
  private static final Header DROPPED = new Header("millrace-bytes", "dropped".getBytes(UTF_8));
  private static final Header TRACE = new Header("trace", "t".getBytes(UTF_8));

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{\"id\":7,\"user\":{\"email\":\"a@b.c\"}}      | {\"id\":7,\"user\":{\"email\":\"***\"}}",
        "{\"user\":{\"email\":[\"a@b.c\"]}}             | {\"user\":{\"email\":\"***\"}}",
        "{\"user\":\"a@b.c\"}                           | {\"user\":\"***\"}",
        "{\"user\":[{\"email\":\"a@b.c\"}]}             | {\"user\":\"***\"}",
        "{\"user\":{\"email\":1},\"user\":{\"email\":2}} | {\"user\":{\"email\":\"***\"},\"user\":{\"email\":\"***\"}}",
        "{\"user\":{\"\\u0065mail\":true}}              | {\"user\":{\"\\u0065mail\":\"***\"}}",
        "{\"user\":{\"email\":\"a@b.c\"}                | ''",
        "{\"user\":{\"email\":\"a@b.c\"}} x             | ''",
        "{\"user\":{\"email\":\"a@b.c\",}}              | ''",
        "{\"user\":{\"email\":NaN}}                     | ''",
        "[{\"user\":{\"email\":\"a@b.c\"}}]             | ''",
        "a@b.c                                          | ''"
      })
  void rewritesADeadLetterThatIsJsonAndDropsOthers(String json, String expected) {
    Redacting redacting = new Redacting(FIELDS + RULES);
    SourceRecord dead = redacting.redactor.redactDead(record(json, TRACE));
    assertThat(bytes(dead), is(expected));
    assertThat(dead.key(), nullValue());
    assertThat(dead.headers(), is(expected.isEmpty() ? List.of(DROPPED) : List.of()));
  }

  @Test
  void keepsTheBytesIfTheContractSaysSo() {
    Redacting redacting = new Redacting(FIELDS + RULES + "dead_letters: {bytes: keep}\n");
    SourceRecord dead = redacting.redactor.redactDead(record(BROKEN, TRACE));
    assertThat(bytes(dead), is(BROKEN));
    assertThat("no rule says what headers hold", dead.headers(), is(List.of()));
  }

  @Test
  void encryptsKeyBytesAndHeaders() {
    Redacting redacting = new Redacting(FIELDS + RULES + ENCRYPT);
    Header attempt = new Header("millrace-attempt", "2".getBytes(UTF_8));
    SourceRecord record = record(BROKEN, TRACE, attempt, new Header("none", null));
    SourceRecord dead = redacting.redactor.redactDead(record);
    assertThat(bytes(dead), not(containsString("jane")));
    assertThat(dead.key(), nullValue());
    assertThat(
        dead.headers(),
        contains(attempt, new Header("millrace-bytes", "encrypted".getBytes(UTF_8))));
    assertThat(SealedBytes.place(dead.value()), is("topic/0@1"));
    SourceRecord again = redacting.redactor.redactDead(record);
    assertThat("each has a nonce of its own", again.value(), not(dead.value()));
    SourceRecord opened = redacting.redactor.opened(dead);
    assertThat(bytes(opened), is(BROKEN));
    assertThat(new String(opened.key(), UTF_8), is("a key"));
    assertThat(opened.headers(), contains(attempt, TRACE, new Header("none", null)));
    assertThat("what is encrypted already stays", redacting.redactor.redactDead(dead), is(dead));
    SourceRecord forged =
        new SourceRecord(
            "topic",
            0,
            1,
            "jane".getBytes(UTF_8),
            dead.value(),
            List.of(dead.headers().get(1), TRACE),
            0,
            0);
    SourceRecord kept = redacting.redactor.redactDead(forged);
    assertThat("without a key that is not encrypted", kept.key(), nullValue());
    assertThat(kept.headers(), is(List.of(dead.headers().get(1))));
  }

  @Test
  void refusesChangedBytesAndOtherSecrets() {
    Redacting redacting = new Redacting(FIELDS + ENCRYPT);
    SourceRecord dead = redacting.redactor.redactDead(record(BROKEN));
    byte[] value = dead.value();
    for (int i = 0; i < value.length; i++) {
      byte[] changed = value.clone();
      changed[i] ^= 1;
      SourceRecord letter = dead.withContent(null, changed, dead.headers());
      assertThrows(IllegalArgumentException.class, () -> redacting.redactor.open(letter));
      assertThat("a replay leaves it", redacting.redactor.opened(letter), is(letter));
    }
    TestSecrets.VALUES.put("env:OTHER", "another secret of enough bytes");
    Redacting other = new Redacting(FIELDS + ENCRYPT.replace("REDACT_KEY", "OTHER"));
    assertThrows(IllegalArgumentException.class, () -> other.redactor.open(dead));
  }

  @Test
  void bytesOfOtherFormatsAreDroppedOrEncrypted() throws Exception {
    String csv =
        """
        contract: c
        format: {type: csv, columns: "id,at,email"}
        fields:
          id: {type: string, required: true}
          at: {type: timestamp, required: true}
          email: {type: string}
        event_time: {field: at}
        identity: [id, at]
        redact: [{field: email, do: mask}]
        """;
    String line = "i,2026-03-01T10:00:00Z,jane@example.com";
    for (String kept : List.of("", ENCRYPT)) {
      Redacting redacting = new Redacting(csv + kept);
      Event event = redacting.redactor.redact(redacting.decoded(record(line)).get(0));
      assertThat(redacting.value(event, "email"), is("***"));
      assertThat(redacting.value(event, "id"), is("i"));
      assertThat(redacting.shuffled(event).row(), is(event.row()));
      assertThat(bytes(event.origin()), not(containsString("jane")));
      assertThat(bytes(redacting.redactor.opened(event.origin())), is(kept.isEmpty() ? "" : line));
    }
  }

  @Test
  void messagesNameOnlyKeysOfTheContract() {
    EventRedactor redactor = new Redacting(FIELDS + RULES).redactor;
    assertThat(
        redactor.redactMessage("counts.jane.doe: expected an integer, found a string"),
        is("counts.?.?: expected an integer, found a string"));
    assertThat(
        redactor.redactMessage("$: user.jane: the key stands there twice; expected it once"),
        is("$: user.?: the key stands there twice; expected it once"));
    assertThat(
        redactor.redactMessage("user.email[3]: expected a string"),
        is("user.email[3]: expected a string"));
    assertThat(
        redactor.redactMessage("byte 17: expected valid JSON"), is("byte 17: expected valid JSON"));
    assertThat(
        new Redacting(FIELDS + ENCRYPT).redactor.redactMessage("jane: expected it once"),
        is("?: expected it once"));
  }

  @Test
  void needsItsSecrets() {
    String yaml = FIELDS + ENCRYPT.replace("REDACT_KEY", "MISSING_KEY");
    assertThat(
        EventRedactor.problems(ContractLoader.parse(yaml, "c.yaml")),
        contains("redact: secret env:MISSING_KEY: is not set"));
    TestSecrets.VALUES.put("env:SHORT_KEY", "hunter2");
    String problem =
        EventRedactor.problems(
                ContractLoader.parse(yaml.replace("MISSING_KEY", "SHORT_KEY"), "c.yaml"))
            .get(0);
    assertThat(problem, containsString("secret env:SHORT_KEY: shorter than 16 bytes"));
    assertThat(problem, not(containsString("hunter2")));
    assertThat(EventRedactor.problems(ContractLoader.parse(FIELDS, "c.yaml")), is(List.of()));
  }
}
