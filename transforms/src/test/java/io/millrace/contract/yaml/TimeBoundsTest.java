package io.millrace.contract.yaml;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.millrace.contract.Contract.TimeBound;
import io.millrace.contract.Contract.TimeBounds;
import io.millrace.contract.Durations;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.checkerframework.checker.nullness.qual.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class TimeBoundsTest {
  private static final Instant NOW = Instant.parse("2026-03-01T12:00:00Z");

  private static List<String> mistakes(TimeBounds time) {
    return time.mistakes(NOW, TimeBound::path);
  }

  private static TimeBounds bounds(
      String disorder, String lateness, String bucket, @Nullable String ahead) {
    return new TimeBounds(
        Duration.parse(disorder),
        Duration.parse(lateness),
        Duration.parse(bucket),
        ahead == null ? null : Duration.parse(ahead),
        null);
  }

  @ParameterizedTest
  @CsvSource({
    // No lateness is allowed for; no disorder either, and no event ahead
    "PT0S, PT0S, PT1S, PT0S",
    // The watermark waits for longer than a late event is accepted
    "PT1H, PT1M, PT1M, ",
    // A bucket is longer than a late event is accepted
    "PT10S, PT1M, PT24H, ",
    "PT10S, PT1H, PT1M, PT10S",
    "PT1.6S, P3653D, PT1.6S, PT87600H",
  })
  void theseAreLegal(String disorder, String lateness, String bucket, @Nullable String ahead) {
    assertEquals(List.of(), mistakes(bounds(disorder, lateness, bucket, ahead)));
  }

  @ParameterizedTest
  @ValueSource(strings = {"PT7M", "PT25H", "P7D", "PT1.7S", "PT1.318359375S", "P400000D"})
  void aBucketDividesADay(String bucket) {
    assertEquals(
        List.of(
            "event_time.bucket: expected a length that divides a day, such as 10s, 1m, 5m, 1h or"
                + " 1d, found "
                + Durations.format(Duration.parse(bucket))
                + ": buckets would not begin at full minutes, hours or days"),
        mistakes(bounds("PT0S", "PT0S", bucket, null)));
  }

  @ParameterizedTest
  @CsvSource({"PT0S, 0s", "PT0.999S, 999ms", "PT-1M, -1m"})
  void aBucketIsNotShorterThanASecond(String bucket, String shown) {
    assertEquals(
        List.of(
            "event_time.bucket: expected at least 1s, found "
                + shown
                + ": each bucket has state and timers of its own"),
        mistakes(bounds("PT0S", "PT0S", bucket, null)));
  }

  @Test
  void nothingIsNegative() {
    assertEquals(
        List.of(
            "event_time.out_of_orderness: expected 0s or more, found -1s",
            "event_time.allowed_lateness: expected 0s or more, found -1m",
            "event_time.max_ahead: expected 0s or more, found -1h"),
        mistakes(bounds("PT-1S", "PT-1M", "PT1M", "PT-1H")));
  }

  @Test
  void nothingIsRememberedForMoreThanTenYears() {
    assertEquals(
        List.of(
            "event_time.out_of_orderness: expected at most 3653d (ten years), found 3654d: every"
                + " identity is remembered for so long",
            "event_time.allowed_lateness: expected at most 3653d (ten years), found 4000d: every"
                + " identity is remembered for so long"),
        mistakes(bounds("P3654D", "P4000D", "PT1M", null)));
  }

  @Test
  void ordinaryDisorderIsNoDeadLetter() {
    assertEquals(
        List.of(
            "event_time.max_ahead: expected at least event_time.out_of_orderness (10s), found"
                + " 9999ms: events of the ordinary disorder would be dead letters"),
        mistakes(bounds("PT10S", "PT1H", "PT1M", "PT9.999S")));
  }

  @Test
  void theFloorIsPast() {
    TimeBounds time = bounds("PT0S", "PT0S", "PT1M", null);
    assertEquals(List.of(), mistakes(withFloor(time, NOW)));
    assertEquals(
        List.of(
            "event_time.not_before: expected an instant that is past, found"
                + " 2026-03-01T12:00:00.001Z: every event that has happened would be a dead"
                + " letter"),
        mistakes(withFloor(time, NOW.plusMillis(1))));
  }

  @Test
  void aBoundIsCalledWhatItWasSetBy() {
    assertEquals(
        List.of(
            "MAX_AHEAD: expected at least OUT_OF_ORDERNESS (1m), found 1s: events of the ordinary"
                + " disorder would be dead letters"),
        bounds("PT1M", "PT1H", "PT1M", "PT1S").mistakes(NOW, TimeBound::name));
  }

  private static TimeBounds withFloor(TimeBounds time, Instant notBefore) {
    return new TimeBounds(
        time.outOfOrderness(), time.allowedLateness(), time.bucket(), time.maxAhead(), notBefore);
  }
}
