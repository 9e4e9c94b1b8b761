package io.millrace.bench.baseline;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.greaterThan;
import static org.hamcrest.Matchers.is;
import static org.junit.jupiter.api.Assertions.assertThrows;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.millrace.contract.Contract;
import io.millrace.contract.yaml.ContractLoader;
import io.millrace.decode.DecodeException;
import io.millrace.decode.json.JsonDecoder;
import io.millrace.decode.json.JsonFormat;
import io.millrace.event.Clock;
import io.millrace.event.SourceRecord;
import io.millrace.testdata.generate.EventGenerator;
import io.millrace.testdata.generate.GeneratorOptions;
import io.millrace.testdata.sink.GeneratedRecord;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import org.apache.beam.sdk.values.Row;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What is read by hand is what the contract's decoder makes of the same bytes. */
class EventReaderTest {
  private static final int RECORDS = 60_000;
  private static final ObjectMapper JSON = new ObjectMapper();

  private static Contract contract() throws Exception {
    try (InputStream in = EventReader.class.getResourceAsStream("/contracts/query-events.yaml")) {
      return ContractLoader.parse(
          new String(in.readAllBytes(), StandardCharsets.UTF_8), "query-events.yaml");
    }
  }

  @Test
  void agreesWithTheContractOnEveryGeneratedRecord() throws Exception {
    JsonDecoder decoder = new JsonFormat().one(contract(), Clock.system());
    EventReader reader = EventReader.strict();
    long begin = System.currentTimeMillis();
    EventGenerator generator =
        new EventGenerator(
            GeneratorOptions.builder().count(RECORDS).malformed(0.2).errors(0.1).seed(9).build(),
            4,
            () -> begin);
    int events = 0;
    int malformed = 0;
    while (generator.hasNext()) {
      GeneratedRecord record = generator.next();
      String number = "record " + record.entry().n() + " " + record.entry().code();
      Row row = decoded(decoder, record);
      PlainEvent event = read(reader, record);
      assertThat(number, event == null, is(row == null));
      if (row == null) {
        malformed++;
      } else {
        events++;
        assertSame(number, row, event);
      }
    }
    assertThat(events, greaterThan(RECORDS / 2));
    assertThat(malformed, greaterThan(RECORDS / 10));
  }

  private static void assertSame(String number, Row row, PlainEvent event) throws Exception {
    assertThat(number, event.queryId, is(row.getString("query_id")));
    assertThat(number, event.eventType, is(row.getString("event_type")));
    assertThat(number, event.queryText, is(row.getString("query_text")));
    assertThat(number, event.userId, is(row.getString("user_id")));
    assertThat(number, event.databaseName, is(row.getString("database_name")));
    assertThat(number, event.durationMs, is(row.<Object>getValue("duration_ms")));
    assertThat(number, event.rowsAffected, is(row.<Object>getValue("rows_affected")));
    assertThat(number, event.error, is(row.<Object>getValue("error")));
    assertThat(number, text(event.payload), is(row.<Object>getValue("payload")));
    assertThat(number, tree(text(event.extra)), is(tree(row.getString("extra"))));
    Instant time = row.getValue("event_time");
    assertThat(number, event.eventTime, is(time.toEpochMilli()));
  }

  /** An object's members have no order. */
  private static JsonNode tree(String json) throws Exception {
    return JSON.readTree(json);
  }

  private static String text(byte[] json) {
    return json == null ? null : new String(json, StandardCharsets.UTF_8);
  }

  private static Row decoded(JsonDecoder decoder, GeneratedRecord record) {
    try {
      return decoder
          .decode(
              new SourceRecord(
                  "t",
                  record.partition(),
                  0,
                  record.key(),
                  record.value(),
                  List.of(),
                  record.recordTimeMillis(),
                  0))
          .row();
    } catch (DecodeException e) {
      return null;
    }
  }

  private static PlainEvent read(EventReader reader, GeneratedRecord record) {
    try {
      return reader.read(record.value());
    } catch (MalformedException e) {
      return null;
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "2026-02-30T10:00:00.000Z",
        "2026-03-01T24:00:00.000Z",
        "2026-03-01T10:60:00.000Z",
        "2026-03-01T10:00:00.000",
        "2026-03-01 10:00:00.00aZ",
        "yesterday"
      })
  void aTimeThatDoesNotExistIsNone(String time) {
    assertThrows(MalformedException.class, () -> PlainTimes.millis(time));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "2026-03-01T10:00:00.000Z",
        "1969-12-31T23:59:59.999Z",
        "2026-03-01T12:00:00.000+02:00",
        "2024-02-29T00:00:00Z"
      })
  void aTimeIsTheJdks(String time) throws Exception {
    assertThat(
        PlainTimes.millis(time),
        is(java.time.OffsetDateTime.parse(time).toInstant().toEpochMilli()));
  }
}
