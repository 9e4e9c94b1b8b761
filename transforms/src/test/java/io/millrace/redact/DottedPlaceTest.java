package io.millrace.redact;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.is;
import static org.hamcrest.Matchers.not;

import java.time.Duration;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Rules find undeclared values in the map of unknown fields, whatever their keys hold. */
class DottedPlaceTest {
  private static final String CONTRACT =
      """
      contract: c
      fields:
        id: {type: string, required: true}
        at: {type: timestamp, required: true}
        kind: {path: user.kind, type: string}
        size: {path: user.deep.size.n, type: int64}
        first: {path: [users, 'ann@example.com', age], type: int64}
      event_time: {field: at}
      identity: [id, at]
      unknown_fields: {column: extra, as: map}
      redact:
        - {path: [user, 'phone.home'], do: remove}
        - {path: [user, 'tag#1'], do: remove}
        - {path: [user, 'list[0]'], do: remove}
        - {path: 'user.deep.*.street', do: remove}
        - {path: 'users.*.name', do: remove}
      """;

  private static Redacting redacting() {
    return new Redacting(CONTRACT);
  }

  private static String event(String more) {
    return "{\"id\":\"i\",\"at\":\"2026-03-01T10:00:00Z\"," + more + "}";
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "\"user\":{\"phone.home\":\"jane\"}",
        "\"user\":{\"tag#1\":\"jane\"}",
        "\"user\":{\"list[0]\":\"jane\"}",
        "\"user\":{\"deep\":{\"a.b\":{\"street\":\"jane\"}}}",
        "\"user\":{\"deep\":{\"a\":{\"street\":\"jane\"}}}",
        "\"user\":{\"deep\":{\"a[1].c#2\":{\"street\":\"jane\"}}}",
        "\"users\":{\"bob@example.com\":{\"name\":\"jane\"}}",
        "\"users\":{\"ann@example.com\":{\"name\":\"jane\"}}",
        "\"users\":{\"ann@example\":{\"com\":{\"x\":1},\"name\":\"jane\"}}",
      })
  void findsKeysWithDotsAndBrackets(String more) {
    Redacting redacting = redacting();
    String extra = String.valueOf(redacting.unknown(redacting.redacted(event(more))));
    assertThat(extra, not(containsString("jane")));
  }

  @Test
  void leavesOtherValues() {
    Redacting redacting = redacting();
    String extra =
        String.valueOf(
            redacting.unknown(
                redacting.redacted(
                    event("\"user\":{\"phone.work\":\"1\",\"tag\":\"2\",\"list[1]\":\"3\"}"))));
    assertThat(extra, is("{user.phone.work=1, user.tag=2, user.list[1]=3}"));
  }

  @Test
  void isFastForKeysOfManyDots() {
    Redacting redacting = redacting();
    String key = "a.".repeat(20_000);
    Assertions.assertTimeoutPreemptively(
        Duration.ofSeconds(20),
        () -> redacting.redacted(event("\"user\":{\"deep\":{\"" + key + "\":\"x\"}}")));
  }
}
