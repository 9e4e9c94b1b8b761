package io.millrace.redact;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.is;
import static org.hamcrest.Matchers.not;

import io.millrace.event.Event;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Rules reach a text that is still escaped in its record, and nothing of the record goes on. */
class EscapedTextRedactionTest {
  private static final String JSON =
      """
      contract: c
      fields:
        id: {type: string, required: true}
        at: {type: timestamp, required: true}
        mail: {type: string}
        note: {type: string}
      event_time: {field: at}
      identity: [id, at]
      redact:
        - {field: mail, do: mask}
        - {pattern: '[a-z]+@[a-z.]+', do: mask, key: 'env:REDACT_KEY'}
      """;

  private static final String INFLUX =
      JSON.replace("fields:", "format: influx\nfields:")
          .replace("id: {", "id: {path: tags.id, ")
          .replace("at: {type: timestamp", "at: {path: time, type: timestamp, format: epoch_ns")
          .replace("mail: {", "mail: {path: fields.mail, ")
          .replace("note: {", "note: {path: fields.note, ");

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "json|{\"id\":\"a\\u0020b\",\"at\":\"2026-03-01T10:00:00Z\",\"mail\":\"\\\"j\\\"@e.com\","
            + "\"note\":\"\\\"plain\\\" text\"}",
        "influx|m,id=a\\ b mail=\"\\\"j\\\"@e.com\",note=\"\\\"plain\\\" text\" 1772359200000000000"
      })
  void aTextWithEscapesIsRedacted(String format, String record) throws Exception {
    Redacting redacting = new Redacting(format.equals("json") ? JSON : INFLUX);
    Event event = redacting.redacted(record);
    for (Event one : new Event[] {event, redacting.shuffled(event)}) {
      assertThat(redacting.value(one, "id"), is("a b"));
      assertThat(redacting.value(one, "mail"), is("***"));
      assertThat(redacting.value(one, "note"), is("\"plain\" text"));
      assertThat(Redacting.bytes(one.origin()), not(containsString("e.com")));
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "json|{\"id\":\"i\",\"at\":\"2026-03-01T10:00:00Z\",\"note\":\"\\\"to\\\" jane\\u0040example.com\"}",
        "influx|m,id=i note=\"\\\"to\\\" jane@example.com\" 1772359200000000000"
      })
  void aPatternIsFoundInIt(String format, String record) throws Exception {
    Redacting redacting = new Redacting(format.equals("json") ? JSON : INFLUX);
    Event event = redacting.redacted(record);
    for (Event one : new Event[] {event, redacting.shuffled(event)}) {
      assertThat(redacting.value(one, "note").toString(), not(containsString("jane")));
      assertThat(redacting.value(one, "note").toString(), containsString("\"to\" "));
      assertThat(Redacting.bytes(one.origin()), not(containsString("jane")));
    }
  }
}
