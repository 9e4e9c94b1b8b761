package io.millrace.contract;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.time.DateTimeException;
import java.time.Duration;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class DurationsTest {
  @ParameterizedTest
  @CsvSource({
    "500ms, PT0.5S",
    "10s, PT10S",
    "5m, PT5M",
    "1h, PT1H",
    "7d, PT168H",
    "0s, PT0S",
    "PT1H30M, PT1H30M",
    "P2D, PT48H",
    "36500d, PT876000H"
  })
  void reads(String text, Duration expected) {
    assertEquals(expected, Durations.parse(text));
    assertEquals(expected, Durations.parse(" " + text + " "));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "10",
        "s",
        "10 s",
        "1.5h",
        "-1s",
        "-PT1S",
        "1w",
        "36501d",
        "99999999999999999999s",
        "9223372036854775807d",
        "106751991168d",
        "P",
        "PT"
      })
  void rejects(String text) {
    assertThrows(DateTimeException.class, () -> Durations.parse(text));
  }

  @ParameterizedTest
  @CsvSource({
    "PT0.5S, 500ms",
    "PT1.5S, 1500ms",
    "PT0S, 0s",
    "PT90S, 90s",
    "PT2M, 2m",
    "PT90M, 90m",
    "PT2H, 2h",
    "PT25H, 25h",
    "P2D, 2d",
    "PT-10S, -10s",
    "PT0.0000001S, PT0.0000001S"
  })
  void formatsForParse(Duration duration, String expected) {
    assertEquals(expected, Durations.format(duration));
  }
}
