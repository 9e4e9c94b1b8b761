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

  private static List<String> problems(TimeBounds time) {
    return time.problems(NOW, TimeBound::path);
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
    // No lateness, no out-of-orderness and no event ahead
    "PT0S, PT0S, PT1S, PT0S",
    // The out-of-orderness exceeds the allowed lateness
    "PT1H, PT1M, PT1M, ",
    // The bucket exceeds the allowed lateness
    "PT10S, PT1M, PT24H, ",
    "PT10S, PT1H, PT1M, PT10S",
    "PT1.6S, P3653D, PT1.6S, PT87600H",
  })
  void acceptsValidBounds(String disorder, String lateness, String bucket, @Nullable String ahead) {
    assertEquals(List.of(), problems(bounds(disorder, lateness, bucket, ahead)));
  }

  @ParameterizedTest
  @ValueSource(strings = {"PT7M", "PT25H", "P7D", "PT1.7S", "PT1.318359375S", "P400000D"})
  void requiresABucketThatDividesADay(String bucket) {
    assertEquals(
        List.of(
            "event_time.bucket: expected a length that divides a day, such as 10s, 1m, 5m, 1h or"
                + " 1d, found "
                + Durations.format(Duration.parse(bucket))
                + ": otherwise buckets would not start at full minutes, hours or days"),
        problems(bounds("PT0S", "PT0S", bucket, null)));
  }

  @ParameterizedTest
  @CsvSource({"PT0S, 0s", "PT0.999S, 999ms", "PT-1M, -1m"})
  void rejectsABucketShorterThanASecond(String bucket, String shown) {
    assertEquals(
        List.of(
            "event_time.bucket: expected at least 1s, found "
                + shown
                + ": each bucket has its own state and timers"),
        problems(bounds("PT0S", "PT0S", bucket, null)));
  }

  @Test
  void rejectsNegativeBounds() {
    assertEquals(
        List.of(
            "event_time.out_of_orderness: expected 0s or more, found -1s",
            "event_time.allowed_lateness: expected 0s or more, found -1m",
            "event_time.max_ahead: expected 0s or more, found -1h"),
        problems(bounds("PT-1S", "PT-1M", "PT1M", "PT-1H")));
  }

  @Test
  void rejectsBoundsLongerThanTenYears() {
    assertEquals(
        List.of(
            "event_time.out_of_orderness: expected at most 3653d (ten years), found 3654d: the"
                + " state keeps every identity that long",
            "event_time.allowed_lateness: expected at most 3653d (ten years), found 4000d: the"
                + " state keeps every identity that long"),
        problems(bounds("P3654D", "P4000D", "PT1M", null)));
  }

  @Test
  void requiresMaxAheadOfAtLeastTheOutOfOrderness() {
    assertEquals(
        List.of(
            "event_time.max_ahead: expected at least event_time.out_of_orderness (10s), found"
                + " 9999ms: otherwise events within the out-of-orderness would be dead letters"),
        problems(bounds("PT10S", "PT1H", "PT1M", "PT9.999S")));
  }

  @Test
  void requiresNotBeforeInThePast() {
    TimeBounds time = bounds("PT0S", "PT0S", "PT1M", null);
    assertEquals(List.of(), problems(withNotBefore(time, NOW)));
    assertEquals(
        List.of(
            "event_time.not_before: expected an instant in the past, found"
                + " 2026-03-01T12:00:00.001Z: otherwise every event would be a dead letter"),
        problems(withNotBefore(time, NOW.plusMillis(1))));
  }

  @Test
  void namesABoundByTheFlagOrPathThatSetIt() {
    assertEquals(
        List.of(
            "MAX_AHEAD: expected at least OUT_OF_ORDERNESS (1m), found 1s: otherwise events within"
                + " the out-of-orderness would be dead letters"),
        bounds("PT1M", "PT1H", "PT1M", "PT1S").problems(NOW, TimeBound::name));
  }

  private static TimeBounds withNotBefore(TimeBounds time, Instant notBefore) {
    return new TimeBounds(
        time.outOfOrderness(), time.allowedLateness(), time.bucket(), time.maxAhead(), notBefore);
  }
}
