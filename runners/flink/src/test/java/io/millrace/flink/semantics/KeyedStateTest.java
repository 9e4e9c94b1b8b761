package io.millrace.flink.semantics;

import static io.millrace.flink.semantics.SmallEvents.MINUTE;
import static io.millrace.flink.semantics.SmallEvents.NOON;
import static io.millrace.flink.semantics.SmallEvents.NOON_LATE_FROM;
import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.greaterThan;
import static org.hamcrest.Matchers.lessThanOrEqualTo;

import org.junit.jupiter.api.Test;

/** What deduplication keeps in Flink's own keyed state and timers, before and after its time. */
class KeyedStateTest {
  private static final int SHARDS = 4;
  private static final int SLOTS = 8;

  @Test
  void holdsOneTimerAShardWhileABucketIsLive() throws Exception {
    try (RememberIdentitiesHarness harness = RememberIdentitiesHarness.open(SHARDS, SLOTS)) {
      for (int i = 0; i < 1_000; i++) {
        harness.event("id " + i, NOON);
        harness.event("id " + i, NOON);
      }
      harness.watermark(NOON_LATE_FROM);
      assertThat("timers", harness.timers(), equalTo(SHARDS));
      assertThat("unique", harness.outputs(), equalTo(1_000));
    }
  }

  @Test
  void keepsNothingOnceTheWatermarkHasPassed() throws Exception {
    try (RememberIdentitiesHarness harness = RememberIdentitiesHarness.open(SHARDS, SLOTS)) {
      for (int minute = 0; minute < 10; minute++) {
        for (int i = 0; i < 100; i++) {
          harness.event("id " + i, NOON + minute * MINUTE);
        }
      }
      assertThat("timers", harness.timers(), lessThanOrEqualTo(10 * SHARDS));
      assertThat("entries", harness.stateEntries(), greaterThan(0));

      // Flink fires a timer of Beam when the watermark is past it, not at it.
      harness.watermark(NOON_LATE_FROM + 9 * MINUTE + 1);

      assertThat("timers", harness.timers(), equalTo(0));
      assertThat("entries", harness.stateEntries(), equalTo(0));
    }
  }

  @Test
  void freesEachBucketInItsTurn() throws Exception {
    try (RememberIdentitiesHarness harness = RememberIdentitiesHarness.open(SHARDS, SLOTS)) {
      harness.event("a", NOON);
      int one = harness.stateEntries();
      harness.event("a", NOON + MINUTE);
      assertThat("entries", harness.stateEntries(), equalTo(2 * one));
      harness.watermark(NOON_LATE_FROM + 1);
      assertThat("entries", harness.stateEntries(), equalTo(one));
      assertThat("timers", harness.timers(), equalTo(1));
    }
  }

  /** A day of event time: after the first hour the state no longer grows. */
  @Test
  void staysFlatForADay() throws Exception {
    int events = 60;
    try (RememberIdentitiesHarness harness = RememberIdentitiesHarness.openForMany(SHARDS, SLOTS)) {
      long number = 0;
      int most = 0;
      for (int minute = 0; minute < 24 * 60; minute++) {
        for (int i = 0; i < events; i++) {
          harness.identity(number++, NOON + minute * MINUTE);
        }
        harness.watermark(NOON + minute * MINUTE);
        if (minute == 2 * 60) {
          most = harness.stateEntries();
        } else if (minute > 2 * 60) {
          // A shard of a bucket may have a slot in use more or less.
          assertThat(
              "entries in minute " + minute,
              harness.stateEntries(),
              lessThanOrEqualTo(most + SHARDS * SLOTS));
          assertThat("timers", harness.timers(), lessThanOrEqualTo(62 * SHARDS));
        }
      }
      harness.watermark(Long.MAX_VALUE);
      assertThat("entries", harness.stateEntries(), equalTo(0));
      assertThat("timers", harness.timers(), equalTo(0));
    }
  }

  @Test
  void keepsNothingOfAnIdentityOfTheFarFutureEither() throws Exception {
    try (RememberIdentitiesHarness harness = RememberIdentitiesHarness.open(SHARDS, SLOTS)) {
      harness.event("wrong clock", NOON + 3652L * 24 * 60 * MINUTE);
      harness.watermark(NOON_LATE_FROM + 1);
      assertThat("timers", harness.timers(), equalTo(1));
      harness.watermark(Long.MAX_VALUE);
      assertThat("timers", harness.timers(), equalTo(0));
      assertThat("entries", harness.stateEntries(), equalTo(0));
    }
  }

  @Test
  void holdsNoOutputWatermark() throws Exception {
    try (RememberIdentitiesHarness harness = RememberIdentitiesHarness.open(SHARDS, SLOTS)) {
      harness.event("a", NOON);
      harness.watermark(NOON + MINUTE);
      assertThat(harness.outputWatermark(), equalTo(NOON + MINUTE));
    }
  }

  @Test
  void findsIdentitiesAgainThatWereKeptInAnotherNumberOfSlots() throws Exception {
    try (RememberIdentitiesHarness few = RememberIdentitiesHarness.open(SHARDS, 3)) {
      for (int i = 0; i < 500; i++) {
        few.event("id " + i, NOON + i % 2 * MINUTE);
      }
      try (RememberIdentitiesHarness many = few.restored(7);
          RememberIdentitiesHarness fewAgain = goneOn(many)) {
        // Both buckets, and events that nobody has seen among those that were.
        for (int i = 0; i < 600; i++) {
          fewAgain.event("id " + i, NOON + i % 2 * MINUTE);
        }
        assertThat("unique at first", few.outputs(), equalTo(500));
        assertThat("unique in between", many.outputs(), equalTo(50));
        assertThat("unique at last", fewAgain.outputs(), equalTo(50));
        fewAgain.watermark(NOON_LATE_FROM + MINUTE + 1);
        assertThat("entries", fewAgain.stateEntries(), equalTo(0));
        assertThat("timers", fewAgain.timers(), equalTo(0));
      }
    }
  }

  private static RememberIdentitiesHarness goneOn(RememberIdentitiesHarness many) throws Exception {
    for (int i = 0; i < 550; i++) {
      many.event("id " + i, NOON + i % 2 * MINUTE);
    }
    return many.restored(3);
  }
}
