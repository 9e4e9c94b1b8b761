package io.millrace.flink.semantics;

import static io.millrace.flink.semantics.SmallEvents.NOON;
import static io.millrace.flink.semantics.SmallEvents.NOON_LATE_FROM;

/** Partitions that are slow, idle or empty: lateness and duplicates on every runner. */
class PartitionSemanticsTest {
  @OnEachRunner
  void aSlowPartitionsEventsAreJudgedByItsOwnWatermark(RunnerUnderTest runner) {
    ArrivingEvents arrivals =
        ArrivingEvents.ofPartitions(2)
            .watermark(0, NOON_LATE_FROM + 5)
            .watermark(1, NOON)
            .event(0, "fast", NOON)
            .event(1, "slow", NOON)
            .event(1, "fast", NOON);
    DeduplicationCase.of(arrivals).unique("slow", "fast").late("fast by 5").holdsOn(runner);
  }

  @OnEachRunner
  void anIdlePartitionFollowsTheClockAndFreesBuckets(RunnerUnderTest runner) {
    ArrivingEvents arrivals =
        ArrivingEvents.ofPartitions(2)
            .event(0, "a", NOON)
            .event(1, "b", NOON)
            .watermark(0, NOON_LATE_FROM)
            // Idle since: its watermark is the reader's clock, not its last record.
            .watermark(1, NOON_LATE_FROM + 3)
            .event(0, "a", NOON)
            .event(1, "b", NOON)
            .event(1, "c", NOON_LATE_FROM);
    DeduplicationCase.of(arrivals).unique("a", "b", "c").late("a by 0", "b by 3").holdsOn(runner);
  }

  @OnEachRunner
  void anEmptyPartitionHoldsNothingUp(RunnerUnderTest runner) {
    ArrivingEvents arrivals =
        ArrivingEvents.ofPartitions(2)
            .event(0, "a", NOON)
            .watermark(0, NOON_LATE_FROM)
            .watermark(1, NOON_LATE_FROM)
            .event(0, "a", NOON)
            .event(0, "b", NOON_LATE_FROM);
    DeduplicationCase.of(arrivals).unique("a", "b").late("a by 0").holdsOn(runner);
  }

  @OnEachRunner
  void aPartitionThatWasNotReadYetMakesNothingLateOfItsOwn(RunnerUnderTest runner) {
    ArrivingEvents arrivals =
        ArrivingEvents.ofPartitions(2)
            .event(0, "a", NOON)
            .watermark(0, NOON_LATE_FROM + 1_000)
            .event(1, "a", NOON)
            .event(1, "old", NOON - 1_000_000);
    DeduplicationCase.of(arrivals).unique("a", "old").duplicates(1).holdsOn(runner);
  }
}
