package io.millrace.decode;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.decode.json.Decoding;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class IsoTimeTest {
  private final IsoTime iso = new IsoTime();

  private long parse(String text) {
    return parse(text, false);
  }

  private long parse(String text, boolean lenient) {
    // Among other bytes, as in an event
    byte[] bytes = Decoding.utf8("0\"" + text + "\"0Z");
    return iso.parse(bytes, 2, bytes.length - 3, lenient);
  }

  private Instant instant(String text) {
    return instant(text, false);
  }

  private Instant instant(String text, boolean lenient) {
    long seconds = parse(text, lenient);
    assertTrue(IsoTime.isTime(seconds), text);
    return Instant.ofEpochSecond(seconds, iso.nanos());
  }

  @ParameterizedTest
  @CsvSource({
    "1970-01-01T00:00:00Z, 0, 0",
    "1970-01-01T00:00Z, 0, 0",
    "1970-01-01t00:00:00z, 0, 0",
    "1970-01-01 00:00:00Z, 0, 0",
    "1970-01-01T00:00:00.1Z, 0, 100000000",
    "1970-01-01T00:00:00.12Z, 0, 120000000",
    "1970-01-01T00:00:00.123Z, 0, 123000000",
    "'1970-01-01T00:00:00,123Z', 0, 123000000",
    "1970-01-01T00:00:00.123999999Z, 0, 123999999",
    "1970-01-01T00:00:00.0009Z, 0, 900000",
    "1970-01-01T00:00:00.000000001Z, 0, 1",
    "1969-12-31T23:59:59.9999Z, -1, 999900000",
    "1969-12-31T23:59:59.000999Z, -1, 999000",
    "1970-01-01T01:30:00+01:30, 0, 0",
    "1970-01-01T01:30:00+0130, 0, 0",
    "1970-01-01T01:00:00+01, 0, 0",
    "1970-01-01T01:00+01, 0, 0",
    "1970-01-01T00:00:00z, 0, 0",
    "1970-01-01T00:00z, 0, 0",
    "1970-01-01T00:00:00.000000001z, 0, 1",
    "1970-01-01T00:00:00+00, 0, 0",
    "1970-01-01T00:00:00-00, 0, 0",
    "1970-01-01 00:00:00+00, 0, 0",
    "1970-01-01 00:00:00.123456+00, 0, 123456000",
    "'1970-01-01 00:00:00,5+00', 0, 500000000",
    "1970-01-01T00:00:00+0000, 0, 0",
    "1970-01-01T00:00:00.25-0000, 0, 250000000",
    "1970-01-01T00:00+00, 0, 0",
    "1970-01-01 05:30+0530, 0, 0",
    "1969-12-31T16:00-08, 0, 0",
    "1969-12-31T06:00:00-18:00, 0, 0",
    "1970-01-01T18:00:00+18:00, 0, 0",
    "1970-01-01T00:00:00-00:00, 0, 0",
    "2026-03-01T10:00:00.123Z, 1772359200, 123000000",
    "0000-03-01T00:00:00Z, -62162035200, 0",
    "9999-12-31T23:59:59.999Z, 253402300799, 999000000"
  })
  void reads(String text, long seconds, int nanos) {
    assertEquals(Instant.ofEpochSecond(seconds, nanos), instant(text));
    assertEquals(Instant.ofEpochSecond(seconds, nanos), instant(text, true));
  }

  @ParameterizedTest
  @CsvSource({
    "1970-01-01T00:00:00, 0, 0",
    "1970-01-01t00:00:00, 0, 0",
    "1970-01-01 00:00:00, 0, 0",
    "1970-01-01T00:00, 0, 0",
    "2026-03-01 10:00:00.123456, 1772359200, 123456000",
    "'2026-03-01 10:00:00,123', 1772359200, 123000000",
    "2026-03-01T10:00:00.123456789, 1772359200, 123456789",
    "2026-03-01T10:00:00.1234567890Z, 1772359200, 123456789",
    "2026-03-01T10:00:00.123456789000000000000000000000z, 1772359200, 123456789",
    "2026-03-01T12:00:00.1234567890+02:00, 1772359200, 123456789",
    "2026-03-01T10:00:00.0000000000, 1772359200, 0",
    "2026-03-01T10:00:00.9999999990, 1772359200, 999999999"
  })
  void readsALocalTimeAsUtcAndFurtherZerosOnlyIfLenient(String text, long seconds, int nanos) {
    assertEquals(Instant.ofEpochSecond(seconds, nanos), instant(text, true));
    assertFalse(IsoTime.isTime(parse(text)), text);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "2026-03-01T10:00:00.1234567891Z",
        "2026-03-01T10:00:00.1234567899",
        "2026-03-01T10:00:00.00000000000000000001+01:00",
        "2026-03-01T10:00:00.12345678900000x"
      })
  void neverDropsADigitThatIsNotZero(String text) {
    assertFalse(IsoTime.isTime(parse(text)), text);
    assertFalse(IsoTime.isTime(parse(text, true)), text);
  }

  @Test
  void namesTheDigitsThatAreTooMany() {
    String expectation = "expected at most 9 digits after the second";

    assertEquals(expectation, IsoTime.expectation(parse("2026-03-01T10:00:00.1234567890Z")));
    assertEquals(expectation, IsoTime.expectation(parse("2026-03-01T10:00:00.1234567891Z", true)));
  }

  @Test
  void everyDayOfFourHundredYearsAndMore() {
    LocalDate end = LocalDate.of(2301, 1, 1);
    for (LocalDate day = LocalDate.of(1895, 1, 1); day.isBefore(end); day = day.plusDays(1)) {
      assertEquals(day.toEpochDay() * 86_400, parse(day + "T00:00:00Z"));
    }
  }

  @Test
  void daysExistIfTheCalendarHasThem() {
    for (int year : new int[] {0, 4, 100, 400, 1900, 2000, 2023, 2024, 2100, 9999}) {
      for (int month = 0; month <= 14; month++) {
        for (int day = 0; day <= 33; day++) {
          boolean exists;
          try {
            exists = LocalDate.of(year, month, day) != null;
          } catch (DateTimeException e) {
            exists = false;
          }
          String text = "%04d-%02d-%02dT00:00:00Z".formatted(year, month, day);
          assertEquals(exists, IsoTime.isTime(parse(text)), text);
        }
      }
    }
  }

  @Test
  void likeTheJdk() {
    Random random = new Random(3);
    DateTimeFormatter[] formats = new DateTimeFormatter[10];
    for (int digits = 0; digits < 10; digits++) {
      formats[digits] =
          DateTimeFormatter.ofPattern(
              "uuuu-MM-dd'T'HH:mm:ss" + (digits == 0 ? "" : "." + "S".repeat(digits)) + "XXX");
    }
    for (int i = 0; i < 100_000; i++) {
      ZoneOffset offset = ZoneOffset.ofTotalSeconds((random.nextInt(2161) - 1080) * 60);
      OffsetDateTime time =
          LocalDateTime.ofEpochSecond(
                  random.nextLong(-62_000_000_000L, 253_000_000_000L),
                  random.nextInt(1_000_000_000),
                  ZoneOffset.UTC)
              .atOffset(offset);
      String text = formats[random.nextInt(10)].format(time);
      assertEquals(OffsetDateTime.parse(text).toInstant(), instant(text), text);
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          2026-03-01T10:00:00          | without offset
          2026-03-01T10:00             | without offset
          2026-03-01T10:00:00.123      | without offset
          2026-02-29T10:00:00Z         | a day that exists
          2026-04-31T10:00:00Z         | a day that exists
          2026-00-10T10:00:00Z         | a day that exists
          2026-13-10T10:00:00Z         | a day that exists
          2026-03-00T10:00:00Z         | a day that exists
          2026-03-01T24:00:00Z         | an hour from 00 to 23
          2026-03-01T10:60:00Z         | a minute from 00 to 59
          2026-06-30T23:59:60Z         | no leap second 60
          2026-03-01T10:00:00+18:01    | within 18:00
          2026-03-01T10:00:00-19       | within 18:00
          2026-03-01T10:00:00+01:60    | within 18:00
          """)
  void tellsWhatIsWrong(String text, String what) {
    assertThat(IsoTime.expectation(parse(text)), containsString(what));
    assertEquals(what.equals("without offset"), IsoTime.isTime(parse(text, true)), text);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "Z",
        "now",
        "2026",
        "2026-03-01",
        "2026-03-01Z",
        "2026-3-1T10:00:00Z",
        "26-03-01T10:00:00Z",
        "20260301T100000Z",
        "2026-03-01T10Z",
        "2026-03-01T10:0Z",
        "2026-03-01T10:00:Z",
        "2026-03-01T10:00:0Z",
        "2026-03-01T10:00:00.Z",
        "2026-03-01T10:00:00.12aZ",
        "2026-03-01T10:00:00ZZ",
        "2026-03-01T10:00:00Z ",
        " 2026-03-01T10:00:00Z",
        "2026-03-01X10:00:00Z",
        "2026-03-01  10:00:00Z",
        "2026/03/01T10:00:00Z",
        "2026-03-01T10.00.00Z",
        "2026-03-01T10:00:00 Z",
        "2026-03-01T10:00:00+",
        "2026-03-01T10:00:00+1",
        "2026-03-01T10:00:00+1:00",
        "2026-03-01T10:00:00+01:0",
        "2026-03-01T10:00:00+01-00",
        "2026-03-01T10:00:00+010",
        "2026-03-01T10:00:00+01:00:00",
        "2026-03-01T10:00:00UTC",
        "2026-03-01T10:00:00+01:00[Europe/Paris]",
        "-2026-03-01T10:00:00Z",
        "+2026-03-01T10:00:00Z",
        "12026-03-01T10:00:00Z",
        "2026-W09-7T10:00:00Z",
        "2026-060T10:00:00Z",
        "2026-03-01T-1:00:00Z",
        "2026-03-01T10:00:-1Z",
        "2026-03-01T10:00:00\u22120100",
        "\u0662026-03-01T10:00:00Z",
        "1772359200123",
        "2026-03-01T10:00-",
        "2026-03-01T10:00:"
      })
  void refuses(String text) {
    for (boolean lenient : new boolean[] {false, true}) {
      long parsed = parse(text, lenient);

      assertFalse(IsoTime.isTime(parsed), text);
      assertEquals(
          "expected an ISO-8601 time such as 2026-03-01T10:00:00.123Z",
          IsoTime.expectation(parsed));
    }
  }

  @Test
  void neverReadsBeyondItsEnd() {
    byte[] text = Decoding.utf8("2026-03-01T10:00:00.123456789+01:30");
    for (int length = 0; length < text.length; length++) {
      byte[] cut = Arrays.copyOf(text, length);
      long parsed = iso.parse(cut, 0, length);
      boolean complete = length == "2026-03-01T10:00:00.123456789+01".length();
      assertEquals(complete, IsoTime.isTime(parsed), "cut at " + length);
      assertEquals(
          iso.parse(cut, 0, length, true), iso.parse(text, 0, length, true), "cut at " + length);
    }
  }

  @Test
  void randomBytesAreNoTimeAndNoFailure() {
    Random random = new Random(4);
    byte[] text = Decoding.utf8("2026-03-01T10:00:00.123+01:30");
    int times = 0;
    for (int i = 0; i < 300_000; i++) {
      byte[] bytes = text.clone();
      bytes[random.nextInt(bytes.length)] = (byte) "0123456789TZ:+-., x".charAt(random.nextInt(19));
      bytes[random.nextInt(bytes.length)] = (byte) random.nextInt(128);
      boolean strict = IsoTime.isTime(iso.parse(bytes, 0, bytes.length));
      boolean lenient = IsoTime.isTime(iso.parse(bytes, 0, bytes.length, true));
      assertTrue(lenient || !strict);
      times += strict ? 1 : 0;
    }
    assertTrue(times > 1000 && times < 200_000, times + " of these were times");
  }
}
