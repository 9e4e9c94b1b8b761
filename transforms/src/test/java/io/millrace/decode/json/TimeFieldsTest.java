package io.millrace.decode.json;

import static io.millrace.event.DeadLetterCode.INVALID_TIME;
import static io.millrace.event.DeadLetterCode.TIME_OUT_OF_RANGE;
import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.endsWith;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import io.millrace.contract.yaml.ContractLoader;
import io.millrace.decode.DecodeException;
import io.millrace.event.DeadLetterCode;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Fields of time in each format, and the bounds of the event time. */
class TimeFieldsTest {
  private final Decoding decoding =
      Decoding.of(
          "json",
          "es: {type: timestamp, format: epoch_s}",
          "em: {type: timestamp, format: epoch_ms}",
          "eu: {type: timestamp, format: epoch_us}",
          "en: {type: timestamp, format: epoch_ns}",
          "iso: {type: timestamp}",
          "iso6: {type: timestamp, precision: 6}");

  private Object value(String field, String json) {
    return decoding.fieldValue(field, json);
  }

  private void fails(String field, String json, DeadLetterCode code, String message) {
    decoding.fieldFails(field, json, code, message);
  }

  @ParameterizedTest
  @CsvSource({
    "es, 1700000000, 1700000000, 0",
    "es, -1, -1, 0",
    "es, 1700000000.5, 1700000000, 500000000",
    "es, 1700000000.001999999, 1700000000, 1999999",
    "es, 1700000000.0010000000000000, 1700000000, 1000000",
    "es, -0.0001, -1, 999900000",
    "es, -0.000000001, -1, 999999999",
    "es, 1.7e9, 1700000000, 0",
    "es, 17e8, 1700000000, 0",
    "es, -2208988800, -2208988800, 0",
    "es, 9223372036.854775807, 9223372036, 854775807",
    "em, 1700000000123, 1700000000, 123000000",
    "em, 0, 0, 0",
    "em, -1, -1, 999000000",
    "em, 10413791999999, 10413791999, 999000000",
    "eu, 1700000000123999, 1700000000, 123999000",
    "eu, -1, -1, 999999000",
    "eu, -1000, -1, 999000000",
    "eu, -1001, -1, 998999000",
    "en, 1700000000123999999, 1700000000, 123999999",
    "en, -1, -1, 999999999",
    "en, -1000001, -1, 998999999",
    "en, 9223372036854775807, 9223372036, 854775807"
  })
  void epochsKeepEveryDigit(String field, String json, long seconds, long nanos) {
    assertEquals(Instant.ofEpochSecond(seconds, nanos), value(field, json));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "2026-03-01T10:00:00Z",
        "2026-03-01T10:00:00.1Z",
        "2026-03-01T10:00:00.123Z",
        "2026-03-01T10:00:00.123456Z",
        "2026-03-01T10:00:00.123456789Z",
        "1969-12-31T23:59:59.999999999Z",
        "1900-01-01T00:00:00.000000001Z",
        "2262-04-11T23:47:16.854775807Z"
      })
  void isoKeepsEveryDigit(String time) {
    assertEquals(Instant.parse(time), value("iso", '"' + time + '"'));
  }

  @ParameterizedTest
  @CsvSource({
    "em, -2208988800001",
    "em, 10413792000000",
    "em, 9223372036854775808",
    "eu, 10413792000000000",
    "eu, -9223372036854775808",
    "iso6, '\"1899-12-31T23:59:59.999Z\"'",
    "iso6, '\"2300-01-01T00:00:00Z\"'",
    "iso6, '\"0000-01-01T00:00:00Z\"'",
    "iso6, '\"2299-12-31T23:59:59.999-00:01\"'"
  })
  void timesThatNoTableHolds(String field, String json) {
    fails(field, json, TIME_OUT_OF_RANGE, "expected a time from the years 1900 to 2299");
  }

  @ParameterizedTest
  @CsvSource({
    "es, -2208988801",
    "es, 9223372036.854775808",
    "es, 9223372037",
    "es, 9223372036854775807",
    "es, -9223372036854775808",
    "es, 99999999999999999999",
    "es, 1e12",
    "es, 1e999999999",
    "iso, '\"1899-12-31T23:59:59.999999999Z\"'",
    "iso, '\"2262-04-11T23:47:16.854775808Z\"'",
    "iso, '\"2299-12-31T23:59:59Z\"'"
  })
  void timesThatNoColumnOfNineDigitsHolds(String field, String json) {
    fails(
        field,
        json,
        TIME_OUT_OF_RANGE,
        "expected a time from the years 1900 to 2262, which precision: 9 holds");
  }

  @Test
  void theFirstAndTheLastTime() {
    assertEquals(Instant.parse("1900-01-01T00:00:00Z"), value("iso", "\"1900-01-01T00:00:00Z\""));
    assertEquals(
        Instant.parse("2299-12-31T23:59:59.999999999Z"),
        value("iso6", "\"2300-01-01T01:59:59.999999999+02:00\""));
  }

  /** A unit that is a thousand times too large or too small, where the contract takes any time. */
  @ParameterizedTest
  @CsvSource({
    "es, 1772359200123, epoch_ms read as epoch_s",
    "es, 1772359200123456, epoch_us read as epoch_s",
    "em, 1772359200123456, epoch_us read as epoch_ms",
    "em, 1772359200123456789, epoch_ns read as epoch_ms",
    "eu, 1772359200123456789, epoch_ns read as epoch_us"
  })
  void aWrongUnitIsGuessed(String field, String json, String guess) {
    DecodeException e = decoding.failure(Decoding.event(",\"" + field + "\":" + json));
    assertEquals(TIME_OUT_OF_RANGE, e.code());
    assertThat(e.getMessage(), containsString("; is " + guess + "?"));
    assertFalse(e.getMessage().contains("1772"), "no value of the event");
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
    fails("es", "1.0000000001", INVALID_TIME, "expected at most 9 digits after the point");
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

  @Test
  void whatMayBeWrongWithTheRecordsTimeIsGuessed() throws DecodeException {
    byte[] event = Decoding.utf8(Decoding.event(""));

    assertThat(
        decoding.failureAt(1_772_366_400L, event).getMessage(),
        endsWith(
            "; the record's time is near 1970: does its producer set seconds in place of"
                + " milliseconds?"));
    assertThat(
        decoding.failureAt(0, event).getMessage(),
        endsWith("; the record has no time: does its producer or topic set one?"));
  }

  @Test
  void secondsReadAsMillisecondsAreBeforeTheFirstTime() {
    Decoding seconds =
        new Decoding(
            ContractLoader.parse(
                Decoding.small("json", "x: {type: string}")
                    .replace("at: {type: timestamp", "at: {type: timestamp, format: epoch_ms"),
                "small.yaml"));
    assertEquals(
        "at: expected no time before 2000-01-01T00:00:00Z; is epoch_s read as epoch_ms? (see the"
            + " field's `format` in the contract)",
        seconds.failure("{\"id\":\"a\",\"at\":1772359200}").getMessage());
  }
}
