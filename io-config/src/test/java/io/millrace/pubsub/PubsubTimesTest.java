package io.millrace.pubsub;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.equalTo;

import java.time.Instant;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PubsubTimesTest {
  private static final long PUBLISHED = Instant.parse("2026-03-01T12:00:00Z").toEpochMilli();

  @ParameterizedTest
  @CsvSource({
    "1772323200000, 2026-03-01T00:00:00Z",
    "2026-03-01T00:00:00Z, 2026-03-01T00:00:00Z",
    "2026-03-01T01:00:00.5+01:00, 2026-03-01T00:00:00.5Z",
    "946684800000, 2000-01-01T00:00:00Z",
  })
  void readsMillisecondsAndInstants(String attribute, String expected) {
    assertThat(
        PubsubTimes.recordTime(attribute, PUBLISHED),
        equalTo(Instant.parse(expected).toEpochMilli()));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        " ",
        "yesterday",
        "-1",
        "0",
        // Seconds.
        "1772323200",
        "946684799999",
        "1772323200000000000000",
        "9223372036854775807",
        "2036-01-01T00:00:00Z",
        "1969-12-31T23:59:59Z",
        "+999999999-12-31T23:59:59Z",
        "2026-03-01T00:00:00",
        "2026-13-01T00:00:00Z",
      })
  void takesTheTimeOfPublishingWhereThereIsNone(String attribute) {
    assertThat(PubsubTimes.recordTime(attribute, PUBLISHED), equalTo(PUBLISHED));
  }
}
