package io.millrace.decode;

import static io.millrace.event.DeadLetterCode.INVALID_TIME;
import static io.millrace.event.DeadLetterCode.TIME_OUT_OF_RANGE;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.millrace.event.DeadLetterCode;
import org.joda.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Fields of time in each format, and the bounds of the event time. */
class TimeFieldsTest {
  private final Decoding decoding =
      Decoding.of(
          "json",
          "es: {type: timestamp, format: epoch_s}",
          "em: {type: timestamp, format: epoch_ms}",
          "eu: {type: timestamp, format: epoch_us}",
          "en: {type: timestamp, format: epoch_ns}",
          "iso: {type: timestamp}");

  private Object value(String field, String json) {
    return decoding.fieldValue(field, json);
  }

  private void fails(String field, String json, DeadLetterCode code, String message) {
    decoding.fieldFails(field, json, code, message);
  }

  @ParameterizedTest
  @CsvSource({
    "es, 1700000000, 1700000000000",
    "es, -1, -1000",
    "es, 1700000000.5, 1700000000500",
    "es, 1700000000.0019999, 1700000000001",
    "es, -0.0001, -1",
    "es, 1.7e9, 1700000000000",
    "es, 17e8, 1700000000000",
    "es, -2208988800, -2208988800000",
    "es, 10413791999.999, 10413791999999",
    "em, 1700000000123, 1700000000123",
    "em, 0, 0",
    "em, -1, -1",
    "eu, 1700000000123999, 1700000000123",
    "eu, -1, -1",
    "eu, -1000, -1",
    "eu, -1001, -2",
    "en, 1700000000123999999, 1700000000123",
    "en, -1, -1",
    "en, -1000001, -2",
    "en, 9223372036854775807, 9223372036854"
  })
  void epochs(String field, String json, long millis) {
    assertEquals(Instant.ofEpochMilli(millis), value(field, json));
  }

  @ParameterizedTest
  @CsvSource({
    "es, -2208988801",
    "es, 10413792000",
    "es, 10413792000.0",
    "es, 9223372036854775807",
    "es, -9223372036854775808",
    "es, 99999999999999999999",
    "es, 1e12",
    "es, 1e999999999",
    "em, -2208988800001",
    "em, 10413792000000",
    "em, 9223372036854775808",
    "eu, 10413792000000000",
    "eu, -9223372036854775808",
    "iso, '\"1899-12-31T23:59:59.999Z\"'",
    "iso, '\"2300-01-01T00:00:00Z\"'",
    "iso, '\"0000-01-01T00:00:00Z\"'",
    "iso, '\"2299-12-31T23:59:59.999-00:01\"'"
  })
  void timesThatNoTableHolds(String field, String json) {
    fails(field, json, TIME_OUT_OF_RANGE, "expected a time from the years 1900 to 2299");
  }

  @Test
  void theFirstAndTheLastTime() {
    assertEquals(Instant.parse("1900-01-01T00:00:00Z"), value("iso", "\"1900-01-01T00:00:00Z\""));
    assertEquals(
        Instant.parse("2299-12-31T23:59:59.999Z"),
        value("iso", "\"2300-01-01T01:59:59.999999999+02:00\""));
  }

  @Test
  void timesThatCannotBeRead() {
    fails(
        "iso", "\"\"", INVALID_TIME, "expected an ISO-8601 time such as 2026-03-01T10:00:00.123Z");
    fails(
        "iso",
        "\"2026-02-30T10:00:00Z\"",
        INVALID_TIME,
        "expected a day that exists in the calendar");
    fails(
        "es",
        "1.000000000000000000000000001",
        INVALID_TIME,
        "expected at most 26 digits after the point");
    assertEquals(
        Instant.parse("2026-03-01T10:00:00Z"),
        value("iso", "\"2026-03-01T1\\u0030:00:00\\u005a\""));
  }

  @Test
  void theEventTimeIsBoundedByTheContractAndTheRecord() {
    String json = "{\"id\":\"a\",\"at\":\"%s\"}";

    decoding.row(json.formatted("2000-01-01T00:00:00Z"));
    assertEquals(
        "at: expected no time before 2000-01-01T00:00:00Z",
        decoding.failure(json.formatted("1999-12-31T23:59:59.999Z")).getMessage());
    decoding.row(json.formatted("2026-03-02T12:00:00Z"));
    DecodeException ahead = decoding.failure(json.formatted("2026-03-02T12:00:00.001Z"));
    assertEquals(TIME_OUT_OF_RANGE, ahead.code());
    assertEquals("at: expected a time at most PT24H ahead of the record's", ahead.getMessage());
  }
}
