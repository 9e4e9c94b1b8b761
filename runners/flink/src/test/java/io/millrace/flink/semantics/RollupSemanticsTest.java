package io.millrace.flink.semantics;

import static io.millrace.flink.semantics.SmallEvents.MINUTE;
import static io.millrace.flink.semantics.SmallEvents.NOON;
import static io.millrace.flink.semantics.SmallEvents.NOON_LATE_FROM;

import org.joda.time.Duration;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * What rollups show, and when, on every runner. The first five are the cases of lateness that
 * Beam's own LeaderBoardTest tells apart. {@link SmallEvents#NOON} is 10:00 UTC.
 */
class RollupSemanticsTest {
  @ParameterizedTest
  @EnumSource(RunnerUnderTest.class)
  void onTime(RunnerUnderTest runner) {
    ArrivingEvents arrivals =
        ArrivingEvents.ofOnePartition()
            .event("a", NOON)
            .event("a", NOON + 1)
            .event("b", NOON + MINUTE - 1)
            .event("a", NOON + MINUTE)
            .watermark(NOON + 5 * MINUTE);
    RollupCase.of("minutes", arrivals)
        .given("10:00 a 2", "10:00 b 1", "10:01 a 1")
        .showsOn(runner, "10:00 a 2", "10:00 b 1", "10:01 a 1");
  }

  /** A speculative result, by the workers' clock, while the window is open. */
  @ParameterizedTest
  @EnumSource(
      value = RunnerUnderTest.class,
      // A test stream cannot move the workers' clock on Flink: Beam's runner refuses it.
      names = {"DIRECT"})
  void early(RunnerUnderTest runner) {
    ArrivingEvents arrivals =
        ArrivingEvents.ofOnePartition()
            .event("a", NOON)
            .event("b", NOON + 1)
            .workersClock(Duration.standardSeconds(6))
            .event("c", NOON + 2)
            .workersClock(Duration.standardSeconds(6))
            .workersClock(Duration.standardSeconds(60))
            .event("d", NOON + 3)
            .watermark(NOON + MINUTE);
    RollupCase.of("eager", arrivals)
        .given("10:00 2", "10:00 3", "10:00 4")
        .showsOn(runner, "10:00 4");
  }

  /** Behind the watermark, but before its window's result: nobody can tell that it was late. */
  @ParameterizedTest
  @EnumSource(RunnerUnderTest.class)
  void unobservablyLate(RunnerUnderTest runner) {
    ArrivingEvents arrivals =
        ArrivingEvents.ofOnePartition()
            .event("a", NOON + 30_000)
            .watermark(NOON + 40_000)
            .event("a", NOON)
            .watermark(NOON + MINUTE);
    RollupCase.of("minutes", arrivals).given("10:00 a 2").showsOn(runner, "10:00 a 2");
  }

  /** After its window's result, which was not delayed by the allowed lateness: a correction. */
  @ParameterizedTest
  @EnumSource(RunnerUnderTest.class)
  void observablyLate(RunnerUnderTest runner) {
    ArrivingEvents arrivals =
        ArrivingEvents.ofOnePartition()
            .event("a", NOON)
            .event("b", NOON)
            .watermark(NOON + MINUTE)
            .event("a", NOON + 1)
            .watermark(NOON + 2 * MINUTE)
            .event("a", NOON + 2)
            .watermark(NOON_LATE_FROM - 1)
            .event("c", NOON + 3);
    RollupCase.of("minutes", arrivals)
        .given("10:00 a 1", "10:00 b 1", "10:00 a 2", "10:00 a 3", "10:00 c 1")
        .showsOn(runner, "10:00 a 3", "10:00 b 1", "10:00 c 1");
  }

  /** Too late: in the late table, and in no rollup. One millisecond decides. */
  @ParameterizedTest
  @EnumSource(RunnerUnderTest.class)
  void droppablyLate(RunnerUnderTest runner) {
    ArrivingEvents arrivals =
        ArrivingEvents.ofOnePartition()
            .event("a", NOON)
            .watermark(NOON_LATE_FROM - 1)
            .event("a", NOON + 1)
            .watermark(NOON_LATE_FROM)
            .event("a", NOON + 2)
            .event("b", NOON + 3);
    RollupCase.of("minutes", arrivals).given("10:00 a 1", "10:00 a 2").showsOn(runner, "10:00 a 2");
  }

  @OnEachRunner
  void repeatsCountOnce(RunnerUnderTest runner) {
    ArrivingEvents arrivals =
        ArrivingEvents.ofOnePartition()
            .event("a", NOON)
            .event("a", NOON)
            .watermark(NOON + MINUTE)
            .event("a", NOON);
    RollupCase.of("minutes", arrivals).given("10:00 a 1").showsOn(runner, "10:00 a 1");
  }

  @ParameterizedTest
  @EnumSource(RunnerUnderTest.class)
  void slidingWindowsOverlap(RunnerUnderTest runner) {
    ArrivingEvents arrivals =
        ArrivingEvents.ofOnePartition()
            .event("a", NOON)
            .event("b", NOON + MINUTE)
            .watermark(NOON + 2 * MINUTE)
            .event("c", NOON + 1)
            .watermark(NOON + 5 * MINUTE);
    RollupCase.of("moving", arrivals)
        .given("09:59 1", "10:00 2", "10:01 1", "09:59 2", "10:00 3")
        .showsOn(runner, "09:59 2", "10:00 3", "10:01 1");
  }

  @ParameterizedTest
  @EnumSource(RunnerUnderTest.class)
  void sessionsEndBySilence(RunnerUnderTest runner) {
    ArrivingEvents arrivals =
        ArrivingEvents.ofOnePartition()
            .event("a", NOON)
            .event("a", NOON + MINUTE)
            .event("b", NOON)
            // Exactly the silence later: another session.
            .event("b", NOON + 2 * MINUTE)
            .watermark(NOON + 4 * MINUTE);
    RollupCase.of("visits", arrivals)
        .given("10:00-10:03 a 2", "10:00-10:02 b 1", "10:02-10:04 b 1")
        .showsOn(runner, "10:00-10:03 a 2", "10:00-10:02 b 1", "10:02-10:04 b 1");
  }

  /** Two sessions that were given become one; of the second nothing stays in the table. */
  @ParameterizedTest
  @EnumSource(RunnerUnderTest.class)
  void aLateEventMergesSessions(RunnerUnderTest runner) {
    ArrivingEvents arrivals =
        ArrivingEvents.ofOnePartition()
            .event("a", NOON)
            .event("a", NOON + 3 * MINUTE)
            .watermark(NOON + 5 * MINUTE)
            .event("a", NOON + MINUTE + 30_000)
            .watermark(NOON + 6 * MINUTE);
    RollupCase.of("visits", arrivals)
        .given("10:00-10:02 a 1", "10:03-10:05 a 1", "10:03-10:05 a 3 merged", "10:00-10:05 a 3")
        .showsOn(runner, "10:00-10:05 a 3");
  }

  /** A late event before a session that was given: its start moves, and the old one goes. */
  @ParameterizedTest
  @EnumSource(RunnerUnderTest.class)
  void aLateEventMovesASessionsStart(RunnerUnderTest runner) {
    ArrivingEvents arrivals =
        ArrivingEvents.ofOnePartition()
            .event("a", NOON + MINUTE)
            .watermark(NOON + 3 * MINUTE)
            .event("a", NOON)
            .watermark(NOON + 4 * MINUTE);
    RollupCase.of("visits", arrivals)
        .given("10:01-10:03 a 1", "10:01-10:03 a 2 merged", "10:00-10:03 a 2")
        .showsOn(runner, "10:00-10:03 a 2");
  }

  @OnEachRunner
  void aSessionCanBeJoinedUntilItsLastEventIsLate(RunnerUnderTest runner) {
    ArrivingEvents arrivals =
        ArrivingEvents.ofOnePartition()
            .event("a", NOON)
            .watermark(NOON_LATE_FROM + MINUTE - 1)
            // Its bucket is 10:01, which is late from one millisecond later on.
            .event("a", NOON + 2 * MINUTE - 1)
            .watermark(NOON_LATE_FROM + 5 * MINUTE);
    RollupCase.of("visits", arrivals).showsOn(runner, "10:00-10:03 a 2");
  }

  @OnEachRunner
  void aWatermarkThatJumpsToTheEnd(RunnerUnderTest runner) {
    ArrivingEvents arrivals = ArrivingEvents.ofOnePartition().event("a", NOON).event("b", NOON + 1);
    RollupCase.of("minutes", arrivals)
        .given("10:00 a 1", "10:00 b 1")
        .showsOn(runner, "10:00 a 1", "10:00 b 1");
  }

  /** A partition without records must not be waited for longer than its watermark says. */
  @OnEachRunner
  void anIdlePartitionsWatermarkCounts(RunnerUnderTest runner) {
    ArrivingEvents arrivals =
        ArrivingEvents.ofPartitions(2)
            .event(0, "a", NOON)
            .watermark(0, NOON + 5 * MINUTE)
            .event(0, "a", NOON + 1)
            .watermark(1, NOON + 5 * MINUTE);
    RollupCase.of("minutes", arrivals).given("10:00 a 2").showsOn(runner, "10:00 a 2");
  }

  @OnEachRunner
  void aClaimedTimeTenYearsAheadMovesNoWindow(RunnerUnderTest runner) {
    ArrivingEvents arrivals =
        ArrivingEvents.ofOnePartition()
            .event("a", NOON)
            .event("z", NOON + 3652L * 24 * 60 * MINUTE)
            .nextBundle()
            .event("a", NOON + 1)
            .watermark(NOON + MINUTE);
    RollupCase.of("minutes", arrivals).showsOn(runner, "10:00 a 2", "10:00 z 1");
  }
}
